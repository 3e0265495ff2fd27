import { AccountBase } from "@hermod/core/config";
import { SecretText } from "@hermod/core/secret";
import { z } from "zod";
import { ConfiguredRefusal } from "../refusal.ts";

/** Most recipients of one send_sms request (docs/providers/ultroam.md §3). */
const MOST_RECIPIENTS = 128;

/** Most entries of one query: documented for numbers, taken over for references (§5). */
export const MOST_ASKED = 32;

/** An Ultroam gateway: one box in our own network, usually with a certificate of its own for `caFile`. */
export const UltroamAccount = AccountBase.extend({
  provider: z.literal("ultroam"),
  /** Neither Basic nor Digest can carry a colon in a name, nor a header anything but plain letters. */
  username: z.string().regex(/^[\x20-\x39\x3b-\x7e]+$/, "must be plain letters without a colon"),
  password: SecretText,
  /** What the box is shown (§2): `auto` asks it; `digest` never shows it the password. */
  auth: z.enum(["auto", "digest", "basic"]).default("auto"),
  /** The ports it may send through; all of them where absent. */
  ports: z.array(z.int().min(0).max(31)).min(1).max(32).optional(),
  /** What stands before a number's digits: the form of numbers is not documented (§3), and SIM cards differ. */
  numberPrefix: z.enum(["", "+", "00"]).default(""),
  /**
   * Most messages that may wait within the box: with more, the account rests until some have left. Without it the box takes what
   * it takes; its capacity is not documented (§10).
   */
  queueLimit: z.int().min(1).optional(),
  /** The serial number of the box, `sn`: a push that tells another one or none is not read then (§8). */
  serialNumber: z.string().min(1).max(64).optional(),
  /** What send_sms answers beyond the documents, by its `error_code`, where that is known to mean "not taken" (§3.1). */
  errorCodes: z.record(z.string().regex(/^\d{1,3}$/), ConfiguredRefusal).default({}),
  sendBatch: z.int().min(1).max(MOST_RECIPIENTS).default(1),
  statusBatch: z.int().min(1).max(MOST_ASKED).default(MOST_ASKED),
});
export type UltroamAccount = z.infer<typeof UltroamAccount>;
