import { AccountBase } from "@hermod/core/config";
import { SCOPES } from "@hermod/core/outcome";
import { z } from "zod";
import { SecretText } from "../secret.ts";
import { ERROR_CODE } from "./wire.ts";

/** A refusal in our words, for an error code that no document names. */
const Refusal = z.strictObject({
  scope: z.enum(SCOPES),
  code: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be small letters, digits and underscores"),
});

/** A Bitel account. `baseUrl` names the version too: `https://api.bitel.rest/api/v1`. */
export const BitelAccount = AccountBase.extend({
  provider: z.literal("bitel"),
  /** From the project panel. */
  token: SecretText.refine(
    (token) => /^[\x21-\x7e]+$/.test(token.reveal()),
    "must be a token without blanks or line breaks",
  ),
  /** The sending line; the project's default one where there is none. */
  gatewayNumber: z
    .string()
    .regex(/^\+?\d{3,20}$/, "must be a number")
    .optional(),
  version: z.enum(["v1", "v2"]).default("v1"),
  /**
   * Most messages in one send request. More than one is cheaper to send and worse to know about: a lost answer leaves all of
   * them in doubt, a refusal does not say which one it means, and v1 gives them no ids.
   */
  sendBatch: z.int().min(1).max(100).default(1),
  /** Error codes beyond the documented ones, such as that of missing credit, which no document names. */
  errorCodes: z.record(z.string().regex(ERROR_CODE), Refusal).default({}),
}).refine(({ baseUrl, version }) => (/\/(v\d+)\/?$/.exec(baseUrl)?.[1] ?? version) === version, {
  path: ["version"],
  message: "must be the one that baseUrl ends with",
});
export type BitelAccount = z.infer<typeof BitelAccount>;
