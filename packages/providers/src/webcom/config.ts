import { AccountBase } from "@hermod/core/config";
import { SecretText } from "@hermod/core/secret";
import { z } from "zod";
import { ConfiguredRefusal } from "../refusal.ts";

const Form = z.enum(["object", "array"]);

/** A Webcom account. Of the two documented hosts, only https://my3.webcom.mobi is known to answer on https. */
export const WebcomAccount = AccountBase.extend({
  provider: z.literal("webcom"),
  login: z.string().min(1).optional(),
  password: SecretText.optional(),
  /** A secret key that the account's manager issues, instead of login and password. */
  token: SecretText.optional(),
  /** Whom the subscriber sees; longer ones do not fit into an SMS (webcom.md §3.1, text 11). */
  sender: z.string().regex(/^(?:\d{1,15}|[^\p{C}]{1,11})$/u, "must be at most 15 digits, or 11 characters"),
  /**
   * How a send request is nested: what stands alone and what in an array. No literal example exists, so the default is
   * inferred (webcom.md §3, N1).
   */
  envelope: z
    .strictObject({
      request: Form.default("object"),
      message: Form.default("array"),
      phones: Form.default("array"),
    })
    .prefault({}),
  /** Error texts beyond the documented ones: Webcom's own list for messages could not be had (webcom.md §3.1). */
  errorTexts: z.record(z.string().min(1).max(300), ConfiguredRefusal).default({}),
  /** Ids in one status request; that it takes more than one is inferred (webcom.md §5, N3). */
  statusBatch: z.int().min(1).max(100).default(1),
  /**
   * The zone the account is set to at Webcom, an IANA name: no date on the wire names its own (webcom.md §8). A wrong one
   * moves the end of each message's validity.
   */
  timeZone: z
    .string()
    .refine(isTimeZone, "must be a time zone, for example Europe/Moscow")
    .default("Europe/Moscow"),
  /** The sister platform may lose requests above five at once (webcom.md §8). */
  connections: AccountBase.shape.connections.unwrap().default(5),
}).refine(
  ({ login, password, token }) =>
    token === undefined
      ? login !== undefined && password !== undefined
      : login === undefined && password === undefined,
  { path: ["token"], message: "give either login and password, or a token" },
);
export type WebcomAccount = z.infer<typeof WebcomAccount>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
