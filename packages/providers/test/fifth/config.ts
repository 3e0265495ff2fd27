import { AccountBase } from "@hermod/core/config";
import { z } from "zod";
import { SecretText } from "../../src/secret.ts";

export const PigeonAccount = AccountBase.extend({ provider: z.literal("pigeon"), key: SecretText });
export type PigeonAccount = z.infer<typeof PigeonAccount>;
