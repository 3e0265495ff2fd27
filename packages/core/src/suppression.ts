import { z } from "zod";
import { ProducerName } from "./message.ts";
import type { MessageRecord } from "./record.ts";
import { isFinal } from "./state.ts";

/** Since when a number gets no messages, and who says so. */
export const SuppressedSince = z.object({
  /** A word of whoever put it on the list: an operator's, a producer's, or `provider:` and the account's name. */
  source: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._:@/-]{0,63}$/, "must be a word or a few"),
  /** Epoch milliseconds. */
  at: z.int().nonnegative(),
});
export type SuppressedSince = z.infer<typeof SuppressedSince>;

/** A keyed hash of a number. It is the same for the life of an installation, and means nothing in another one. */
const NumberHash = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** Whose list, and a few words on why; everyone's when no producer is named. */
export const SuppressionOptions = z.strictObject({
  producer: ProducerName.exactOptional(),
  source: SuppressedSince.shape.source.default("operator"),
});
export type SuppressionOptions = z.input<typeof SuppressionOptions>;

/** A number in clear, or as an export wrote it. */
export const SuppressionLine = z.union([
  z.e164().transform((number) => ({ number })),
  SuppressedSince.extend({ hash: NumberHash }),
]);
export type SuppressionLine = z.infer<typeof SuppressionLine>;

/** Tells whether a change says that its recipient wants no messages. */
export function saysOptOut(
  before: MessageRecord,
  after: MessageRecord,
  optOutCodes: readonly string[],
): boolean {
  return (
    isFinal(after.state) &&
    after.state !== before.state &&
    after.code !== undefined &&
    optOutCodes.includes(after.code)
  );
}
