import type { CostTotal } from "@hermod/core/cost";
import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import { z } from "zod";
import type { Session } from "./open-session.ts";
import { openDeadline } from "./within-deadline.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

const Days = z
  .strictObject({
    /** The first and the last day, UTC: `2026-11-27`. */
    from: z.iso.date(),
    to: z.iso.date(),
  })
  .refine(({ from, to }) => from <= to, { path: ["to"], message: "lies before from" })
  .refine(({ from, to }) => daysBetween(from, to) < MOST_DAYS, {
    path: ["from"],
    message: `is more than ${MOST_DAYS} days before to`,
  });
export type Days = z.input<typeof Days>;

/** What the messages that were accepted on these days came to, as far as their providers told by now. */
export async function readCosts({ current }: Session, days: Days, closed: AbortSignal): Promise<CostTotal[]> {
  const parsed = Days.safeParse(days);
  if (!parsed.success) throw new HermodInputError(issuesOf(parsed.error));
  const { from, to } = parsed.data;
  const all = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) =>
    new Date(Date.parse(from) + index * DAY_MS).toISOString().slice(0, 10),
  );
  return await openDeadline(closed).within(async () => await (await current()).costs.read(all));
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
