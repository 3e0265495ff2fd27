import { z } from "zod";
import { Amount, Pattern, type Settable, TimeZone } from "../setting.ts";
import { type Contract, DEFAULT_CONTRACT } from "./contract.ts";

const { envelope, unknownId } = DEFAULT_CONTRACT;

const Form = z.enum(["object", "array"]);

/** Where and how states are pushed; a round every second unless it says otherwise. */
const Push = z.strictObject({
  url: z.url(),
  everyMs: z.int().min(1).default(1000),
  attempts: z.int().min(1).exactOptional(),
  mostStates: z.int().min(1).exactOptional(),
  timeoutMs: z.int().min(1).exactOptional(),
  contentType: z.string().exactOptional(),
  numericIds: z.boolean().exactOptional(),
  reversed: z.boolean().exactOptional(),
  doubled: z.boolean().exactOptional(),
});

/** What can be set of the contract from outside, and where states are pushed; each field is explained there. */
export const Settings = z
  .strictObject({
    login: z.string(),
    password: z.string(),
    token: z.string(),
    stopList: z.array(z.string()),
    language: z.enum(["en", "ru"]),
    errorStatus: z.union([z.literal([200, 400]), z.literal("either")]),
    contentType: z.enum(["text/json", "any"]),
    envelope: z.strictObject({
      request: Form.default(envelope.request),
      message: Form.default(envelope.message),
      phones: Form.default(envelope.phones),
    }),
    stateEnvelope: Form,
    statesPerRequest: Amount,
    timeZone: TimeZone,
    largestClientReference: z.int().min(1),
    phonePattern: Pattern,
    closedDirections: z.array(z.string()),
    senders: z.union([z.literal("all"), z.record(z.string(), z.enum(["approved", "unapproved"]))]),
    forbiddenText: Pattern,
    unknownId: z.strictObject({
      as: z.enum(["state", "error", "omission"]).default(unknownId.as),
      text: z.string().default(unknownId.text),
    }),
    alreadySent: z.enum(["id", "text", "text and id"]),
    dedupeMs: Amount,
    repeatGuardMs: z.number().min(0),
    money: z.number().min(0),
    currency: z.string(),
    price: z.number().min(0),
    areas: z.record(z.string(), z.union([z.number().positive(), z.literal("unlimited")])),
    whenEmpty: z.enum(["hold", "refuse"]),
    lifetimeMs: z.number().min(0),
    quirks: z
      .strictObject({
        texts: z.boolean(),
        reversed: z.boolean(),
        smsKey: z.boolean(),
        numericMoney: z.boolean(),
      })
      .exactPartial(),
    push: Push,
  } satisfies Record<Settable<Contract> | "push", z.ZodType>)
  .exactPartial();

/** A plan as it can be given from outside. */
export const PlanSetting = z.strictObject({
  steps: z.array(z.strictObject({ afterMs: z.number().min(0), status: z.string() })),
  parts: z.int().min(1).exactOptional(),
  held: z.literal(true).exactOptional(),
});
