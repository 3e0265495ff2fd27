import { z } from "zod";
import { Answer } from "../answer.ts";
import { Amount, Pattern, type Settable, Times } from "../setting.ts";
import type { Contract } from "./provider.ts";

const Template = z.strictObject({
  params: z.record(z.string(), Pattern),
  channels: z.array(z.string()).exactOptional(),
});

/** Where events go, and their shape. */
export const PushSetting = z.strictObject({
  url: z.url(),
  keys: z.enum(["pascal", "status"]).exactOptional(),
  times: Times.exactOptional(),
});

/** What can be set of the contract from outside, and where events go; each field is explained there. */
export const Settings = z
  .strictObject({
    username: z.string(),
    password: z.string(),
    allowedAddresses: z.union([z.literal("all"), z.array(z.string())]),
    quota: Amount,
    phonePattern: Pattern,
    templates: z.record(z.string(), Template),
    channels: z.record(z.string(), z.string()),
    routeRule: z.enum(["array", "string", "either"]),
    quirks: z
      .strictObject({
        spacedKey: z.boolean(),
        numbers: z.boolean(),
        listParam: z.enum(["text", "object", "printed"]),
      })
      .exactPartial(),
    unknownId: Answer,
    push: PushSetting,
  } satisfies Record<Settable<Contract> | "push", z.ZodType>)
  .exactPartial();

const Step = z.strictObject({
  afterMs: z.number().min(0),
  status: z.string(),
  channel: z.enum(["1", "2", "3"]).exactOptional(),
  errorCode: z.string().exactOptional(),
});

/** A plan as it can be given from outside. */
export const PlanSetting = z.strictObject({
  steps: z.array(Step),
  mtCount: z.int().min(0).exactOptional(),
  telcoId: z.int().exactOptional(),
  duration: z.number().exactOptional(),
});
