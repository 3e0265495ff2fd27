import { type Quirks, reportItem, resultItem } from "./answers.ts";
import type { Box } from "./box.ts";
import { type BoxClock, boxTime } from "./box-time.ts";
import { reportsOf, standingAt } from "./message.ts";
import { passes, type Query } from "./query.ts";

/** How the box shows what it remembers. */
export interface RecordRules extends BoxClock {
  /** Whether a message shows up before it leaves the queue, as SENDING (docs/providers/ultroam.md §4: not documented). */
  readonly queuedRecords: "hidden" | "visible";
  readonly quirks: Quirks;
}

/** What query_sms_result finds. */
export function results(box: Box, query: Query, rules: RecordRules, now: number): readonly object[] {
  const messages = box.remembered(query.userIds.length === 0 ? undefined : query.userIds);
  return messages.flatMap((message) => {
    const leftAt = box.leavesAt(message);
    const queued = leftAt > now;
    if (queued && rules.queuedRecords === "hidden") return [];
    const time = boxTime(queued ? message.at : leftAt, rules);
    if (!passes({ ...message, time }, query)) return [];
    return [resultItem(message, standingAt(message, leftAt, now), time, rules.quirks)];
  });
}

/** What query_sms_deliver_status finds: it knows no references, and a report for every segment. */
export function reports(box: Box, query: Query, rules: RecordRules, now: number): readonly object[] {
  return box.remembered().flatMap((message) =>
    message.plan.steps.flatMap((step) => {
      const at = box.leavesAt(message) + step.afterMs;
      if (at > now) return [];
      const time = boxTime(at, rules);
      if (!passes({ ...message, time }, query)) return [];
      return reportsOf(message, step).map((report) => reportItem(message, report, time));
    }),
  );
}
