import { AccountBase } from "@hermod/core/config";
import { SecretText } from "@hermod/core/secret";
import { z } from "zod";
import { ConfiguredRefusal } from "../refusal.ts";

/** A channel in eTelecom's `routerule`: 1 is ZNS (Zalo), 2 is a voice call, 3 is SMS. */
const Channel = z.enum(["1", "2", "3"]);

/** The form of a send answer's `status`: a whole number, too short for a phone number or most one-time passwords. */
export const STATUS = /^(?:0|-?[1-9]\d{0,3})$/;

/** An eTelecom account. Which host is right depends on the contract, so there is no default for `baseUrl`. */
export const EtelecomAccount = AccountBase.extend({
  provider: z.literal("etelecom"),
  rateUnit: z
    .literal("message", "must be message: how long eTelecom's templates are only eTelecom knows")
    .default("message"),
  username: z.string().min(1),
  password: SecretText,
  /** Channels to try in order, unless a message brings its own. */
  routeRule: z.array(Channel).min(1).max(3).default(["3"]),
  /** How `routerule` is written: documented as a string, shown and used everywhere as an array (etelecom.md, R1). */
  routeRuleForm: z.enum(["array", "string"]).default("array"),
  /** What a send answers beyond the documents, by its `status`: -4, -5, -7 and more are gaps (etelecom.md §3.1). */
  errorCodes: z.record(z.string().regex(STATUS), ConfiguredRefusal).default({}),
});
export type EtelecomAccount = z.infer<typeof EtelecomAccount>;
