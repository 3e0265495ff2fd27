import { z } from "zod";
import { Answer } from "../answer.ts";
import { Pattern, type Settable, Times } from "../setting.ts";
import { ERROR_CODES } from "./answers.ts";
import type { Contract } from "./provider.ts";

/** Where events go, and their shape. */
export const PushSetting = z.strictObject({
  url: z.url(),
  encoding: z.enum(["json", "form"]).exactOptional(),
  deliveryStatus: z.enum(["word", "code"]).exactOptional(),
  wrapped: z.boolean().exactOptional(),
  times: Times.exactOptional(),
});

/** What can be set of the project from outside, and where events go; each field is explained there. */
export const Settings = z
  .strictObject({
    apiVersion: z.enum(["v1", "v2"]),
    token: z.string(),
    phonePattern: Pattern,
    wrongNumber: z.enum([...ERROR_CODES, "taken"]),
    gateways: z.array(z.string()).min(1),
    duplicates: z.enum(["each", "first"]),
    blacklist: z.array(z.string()),
    tomanPerPart: z.number().min(0),
    quirks: z
      .strictObject({
        phones: z.enum(["plain", "masked"]),
        order: z.enum(["sent", "reversed", "shuffled"]),
        detail: z.enum(["joined", "example", "table"]),
        trailingComma: z.boolean(),
      })
      .exactPartial(),
    unknownId: Answer,
    push: PushSetting,
  } satisfies Record<Settable<Contract> | "push", z.ZodType>)
  .exactPartial();

const Step = z.strictObject({
  afterMs: z.number().min(0),
  status: z.string(),
  code: z.int().exactOptional(),
});

/** A plan as it can be given from outside. */
export const PlanSetting = z.strictObject({
  steps: z.array(Step),
  parts: z.int().min(1).exactOptional(),
  listedAfterMs: z.number().min(0).exactOptional(),
});
