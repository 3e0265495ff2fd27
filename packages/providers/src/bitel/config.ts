import { AccountBase } from "@hermod/core/config";
import { SecretText } from "@hermod/core/secret";
import { z } from "zod";
import { ConfiguredRefusal } from "../refusal.ts";
import { ERROR_CODE } from "./wire.ts";

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
  /** What `baseUrl` ends with, and v1 where it ends with neither. */
  apiVersion: z.enum(["v1", "v2"]).optional(),
  /**
   * Most messages in one send request. More than one is cheaper to send and worse to know about: a lost answer leaves all of
   * them in doubt, a refusal does not say which one it means, and v1 gives them no ids.
   */
  sendBatch: z.int().min(1).max(100).default(1),
  /** Error codes beyond the documented ones, such as that of missing credit, which no document names. */
  errorCodes: z.record(z.string().regex(ERROR_CODE), ConfiguredRefusal).default({}),
})
  .refine(({ baseUrl }) => /^v[12]$/.test(versionIn(baseUrl) ?? "v1"), {
    path: ["baseUrl"],
    message: "must end with v1 or v2, or with no version",
  })
  .refine(
    ({ baseUrl, apiVersion }) =>
      apiVersion === undefined || (versionIn(baseUrl) ?? apiVersion) === apiVersion,
    {
      path: ["apiVersion"],
      message: "must be the one that baseUrl ends with",
    },
  );
export type BitelAccount = z.infer<typeof BitelAccount>;

/** The version of the API that an account speaks. */
export function versionOf({ baseUrl, apiVersion }: BitelAccount): "v1" | "v2" {
  return apiVersion ?? (versionIn(baseUrl) === "v2" ? "v2" : "v1");
}

function versionIn(baseUrl: string): string | undefined {
  return /\/(v\d+)\/?$/.exec(baseUrl)?.[1];
}
