import { AccountBase } from "@hermod/core/config";
import { SecretText } from "@hermod/core/secret";
import { z } from "zod";

export const PigeonAccount = AccountBase.extend({ provider: z.literal("pigeon"), key: SecretText });
export type PigeonAccount = z.infer<typeof PigeonAccount>;
