import { z } from "zod";
import { Amount, Pattern, type Settable, Times, TimeZone } from "../setting.ts";
import type { Contract } from "./provider.ts";
import { DEFAULT_CONTRACT } from "./server.ts";

const { largestText } = DEFAULT_CONTRACT;

/** Where events go, and their shape. */
export const PushSetting = z.strictObject({
  url: z.url(),
  events: z.array(z.enum(["sms_result", "sms_deliver_status"])).exactOptional(),
  userId: z.enum(["null", "sent"]).exactOptional(),
  misprinted: z.boolean().exactOptional(),
  successive: z.boolean().exactOptional(),
  times: Times.exactOptional(),
});

/** What can be set of the box from outside, and where events go; each field is explained there. */
export const Settings = z
  .strictObject({
    username: z.string(),
    password: z.string(),
    auth: z.enum(["digest", "basic", "both"]),
    realm: z.string(),
    nonceLifetimeMs: Amount,
    nonceUses: Amount,
    unauthenticatedPost: z.enum(["challenge", "silence", "drop"]),
    sn: z.string(),
    numberPattern: Pattern,
    largestText: z.strictObject({
      bytes: z.int().min(1).default(largestText.bytes),
      characters: z.int().min(1).default(largestText.characters),
    }),
    largestUserId: z.int().min(1),
    largestUserIdList: z.int().min(1),
    ports: z.int().min(1).max(32),
    drainPerSecond: Amount,
    queueCapacity: Amount,
    queueFull: z.literal([500, 550]),
    queuedRecords: z.enum(["hidden", "visible"]),
    queueCall: z.enum(["query_sms_in_queue", "query_sms_queue", "none"]),
    timeZone: TimeZone,
    clockErrorMs: z.number(),
    quirks: z
      .strictObject({
        acceptedCode: z.literal([200, 202]),
        httpStatus: z.literal("error_code"),
        nothingFound: z.literal("no result"),
        userIdText: z.boolean(),
        noUserId: z.enum(["zero", "null"]),
        misprinted: z.boolean(),
      })
      .exactPartial(),
    push: PushSetting,
  } satisfies Record<Settable<Contract> | "push", z.ZodType>)
  .exactPartial();

const Step = z.strictObject({
  afterMs: z.number().min(0),
  status: z.string(),
  succCount: z.int().min(0).exactOptional(),
  statusCode: z.int().min(0).max(255).exactOptional(),
});

/** A plan as it can be given from outside. */
export const PlanSetting = z.strictObject({ steps: z.array(Step) });
