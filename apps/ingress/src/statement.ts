import { identityOf } from "@hermod/core/pushed";
import type { Report } from "@hermod/core/report";
import type { PushedReport } from "@hermod/providers/provider";
import { z } from "zod";

/** What was pushed about a message, with nothing private in it: as it is parked while nobody knows the message. */
const Statement = z.object({
  report: z.object({
    kind: z.enum([
      "pending",
      "sent",
      "delivered",
      "read",
      "undelivered",
      "rejected",
      "expired",
      "unmapped",
    ] satisfies Report["kind"][]),
    word: z.string(),
    code: z.string().exactOptional(),
    providerId: z.string().exactOptional(),
    tentative: z.literal("undelivered").exactOptional(),
    parts: z.number().exactOptional(),
    cost: z.string().exactOptional(),
    details: z.record(z.string(), z.string()).exactOptional(),
  }) satisfies z.ZodType<Report>,
  /** Keyed hash of the number it is about, where the provider repeats that. */
  to: z.string().exactOptional(),
});
export type Statement = z.infer<typeof Statement>;

/** A statement and what it names its message by. */
export interface NamedStatement extends Statement {
  readonly identity: string;
}

/** Keeps of a pushed report what is needed later; undefined when it names no message. */
export function statementOf(
  { report, to, ...name }: PushedReport,
  numberHash: (number: string) => string,
): NamedStatement | undefined {
  const identity = identityOf(name);
  if (identity === undefined) return undefined;
  return { identity, report, ...(to === undefined ? {} : { to: numberHash(to) }) };
}

export function writeStatement({ report, to }: Statement): string {
  return JSON.stringify({ report, ...(to === undefined ? {} : { to }) });
}

/** Reads what `writeStatement` wrote; undefined when another version did. */
export function readStatement(text: string): Statement | undefined {
  try {
    return Statement.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
