import type { Lookup } from "@hermod/core/report";
import { chunks } from "../chunks.ts";
import type { SoughtMessage } from "../provider.ts";
import type { Box } from "./auth.ts";
import type { UltroamAccount } from "./config.ts";
import { isNumber } from "./number.ts";
import { nothing, queryQueue, queryResults, type Results } from "./query.ts";
import { reportOfAll } from "./report.ts";
import type { ResultRecord } from "./wire.ts";

/**
 * How much earlier than the attempt a record of it may say it was sent: the box's zone is not known to us, and its clock
 * may be wrong (docs/providers/ultroam.md §9).
 */
const CLOCK_MS = 86_400_000;

/**
 * Searches for messages that may have been taken, by our references. Whether a message that still waits within the box is
 * shown in its results is not documented (§4): so its queue is asked about first, and nothing is called absent unless the
 * queue was empty before the results were looked at. Firmware that does not tell about its queue is believed after the
 * settling time that the caller keeps.
 */
export async function lookUpAll(
  box: Box,
  account: UltroamAccount,
  messages: readonly SoughtMessage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Lookup>> {
  const waiting = await queryQueue(box, account, signal);
  const doubt = typeof waiting === "object" ? waiting : queueDoubt(waiting);
  const batches = chunks(messages, account.statusBatch);
  const found = await Promise.all(
    batches.map(async (batch) => {
      const references = batch.map(({ reference }) => reference);
      const results = await queryResults(box, account, references, signal);
      return batch.map((sought) => {
        if (results.kind === "unavailable") return [sought.id, results] as const;
        const lookup = search(results, sought);
        return [sought.id, lookup.kind === "absent" ? (doubt ?? lookup) : lookup] as const;
      });
    }),
  );
  return new Map(found.flat());
}

function queueDoubt(waiting: number | "unknown"): Lookup | undefined {
  return waiting === "unknown" || waiting === 0 ? undefined : nothing("queue_not_empty");
}

/** What a list of results proves of a message. It permits another write, so that everything unclear is no proof. */
function search({ records, whole }: Results, sought: SoughtMessage): Lookup {
  const { reference, to } = sought;
  const named = records.filter(({ user_id }) => user_id === reference);
  const own = named.filter((record) => isNumber(record.number, to) && !isOlder(record, sought));
  const report = reportOfAll(own);
  if (report !== undefined) return { kind: "found", providerId: String(reference), report };
  if (named.length > 0) return nothing("other_message");
  if (!whole) return nothing("not_understood");
  const unnamed = records.filter(({ user_id }) => (user_id ?? 0) === 0);
  const perhaps = unnamed.some(({ number }) => number === undefined || isNumber(number, to));
  return perhaps ? nothing("record_without_reference") : { kind: "absent" };
}

function isOlder({ time }: ResultRecord, { attemptedAt }: SoughtMessage): boolean {
  return time !== undefined && time < attemptedAt - CLOCK_MS;
}
