import { z } from "zod";
import { NumberForm } from "./number-form.ts";
import { TextLimits } from "./text-limits.ts";

/**
 * What a provider can do, as data. Announced by workers, so that producers learn it without the provider's
 * code.
 */
export const Capabilities = z.object({
  /** Content kinds it takes. */
  content: z.array(z.enum(["text", "template"])).min(1),
  /** Whether it takes a reference of ours, and what it does with it. */
  reference: z.enum(["none", "correlates", "dedupes"]),
  /** Whether it can be asked by that reference. */
  lookup: z.enum(["none", "byReference"]),
  /** How it tells about a message after the send request. */
  reports: z.enum(["poll", "push", "both"]),
  /** Most messages in one send request. */
  sendBatch: z.int().min(1),
  /** Most messages in one status request. */
  statusBatch: z.int().min(1),
  /** A status request asks about one batch, as it was sent, and not about any messages. */
  asksBatches: z.boolean().exactOptional(),
  /** Whether it can be asked for the account's money. */
  balance: z.boolean().optional(),
  /** What its prices are in, where its documents say so: three capital letters. */
  currency: z.string().optional(),
  /** Whether it takes the remaining validity of a message. */
  validity: z.boolean(),
  /**
   * How it takes texts and numbers. Workers of an older version do not tell, and those of a newer one may do
   * so in a form that is not known here: nothing is refused then before the adapter refuses it.
   */
  text: TextLimits.optional().catch(undefined),
  number: NumberForm.optional().catch(undefined),
});
export type Capabilities = z.infer<typeof Capabilities>;
