import { AccountBase } from "@hermod/core/config";
import { z } from "zod";
import { SecretText } from "../secret.ts";

/** A channel in eTelecom's `routerule`: 1 is ZNS (Zalo), 2 is a voice call, 3 is SMS. */
const Channel = z.enum(["1", "2", "3"]);

/** An eTelecom account. Which host is right depends on the contract, so there is no default for `baseUrl`. */
export const EtelecomAccount = AccountBase.extend({
  provider: z.literal("etelecom"),
  username: z.string().min(1),
  password: SecretText,
  /** Channels to try in order, unless a message brings its own. */
  routeRule: z.array(Channel).min(1).max(3).default(["3"]),
  /** How `routerule` is written: documented as a string, shown and used everywhere as an array (etelecom.md, R1). */
  routeRuleForm: z.enum(["array", "string"]).default("array"),
});
export type EtelecomAccount = z.infer<typeof EtelecomAccount>;
