import type { Report, StatusAnswer } from "@hermod/core/report";
import { chunks } from "../chunks.ts";
import type { FollowedMessage } from "../provider.ts";
import type { Box } from "./auth.ts";
import { MOST_ASKED, type UltroamAccount } from "./config.ts";
import { failureOf, mayHaveReason, WINDOW_MS } from "./failure.ts";
import { isNumber } from "./number.ts";
import { type DeliveryFilter, nothing, queryDeliveries, queryResults, type Results } from "./query.ts";
import { reportOfAll } from "./report.ts";
import { boxTime, LARGEST, type ResultRecord } from "./wire.ts";

interface Asked {
  readonly id: string;
  readonly to: string;
  readonly reference: number;
  readonly submittedAt?: number;
}

/** Asks about messages by our references, as many in one request as the account says (docs/providers/ultroam.md §5). */
export async function askAll(
  box: Box,
  account: UltroamAccount,
  messages: readonly FollowedMessage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StatusAnswer>> {
  const answers = new Map<string, StatusAnswer>();
  const asked: Asked[] = [];
  for (const { id, to, reference, providerId, submittedAt } of messages) {
    const known = reference ?? referenceOf(providerId);
    if (known === undefined) answers.set(id, nothing("no_reference"));
    else asked.push({ id, to, reference: known, ...(submittedAt === undefined ? {} : { submittedAt }) });
  }
  const batches = chunks(asked, account.statusBatch);
  const told = await Promise.all(batches.map((batch) => askBatch(box, account, batch, signal)));
  for (const [id, answer] of told.flat()) answers.set(id, answer);
  return answers;
}

/** What we call the provider's id is our reference: the box gives a message none of its own. */
function referenceOf(providerId = ""): number | undefined {
  const reference = /^\d{1,10}$/.test(providerId) ? Number(providerId) : 0;
  return reference >= 1 && reference <= LARGEST ? reference : undefined;
}

type Answers = readonly (readonly [id: string, answer: StatusAnswer])[];

async function askBatch(
  box: Box,
  account: UltroamAccount,
  batch: readonly Asked[],
  signal: AbortSignal,
): Promise<Answers> {
  const references = batch.map(({ reference }) => reference);
  const results = await queryResults(box, account, references, signal);
  if (results.kind === "unavailable") return batch.map(({ id }) => [id, results]);
  const found = batch.map((asked) => ({ asked, ...find(results, asked) }));
  const failed = found.flatMap(({ report, records }) =>
    report?.kind === "undelivered" ? records.filter(mayHaveReason) : [],
  );
  const deliveries =
    failed.length === 0 ? [] : await queryDeliveries(box, account, filterFor(failed), signal);
  return found.map(({ asked, report, records }) => {
    if (report === undefined) return [asked.id, missing(results, asked)];
    const failure = records
      .filter((record) => failed.includes(record))
      .map((record) => failureOf(record, deliveries))[0];
    return [asked.id, { kind: "report", report: withFailure(report, failure) }];
  });
}

/**
 * A record is a message's by reference and number together, never by its place in the list. Of several, those of another time
 * are of another message with the same reference (docs/providers/ultroam.md §4); a single one counts whatever its time is,
 * since the clock of the box may be wrong.
 */
function find({ records }: Results, { reference, to, submittedAt = 0 }: Asked) {
  const own = records.filter(({ user_id, number }) => user_id === reference && isNumber(number, to));
  const near = own.filter(({ time }) => time !== undefined && Math.abs(time - submittedAt) <= WINDOW_MS);
  const chosen = near.length > 0 ? near : own;
  return { records: chosen, report: reportOfAll(chosen) };
}

/** Why there is nothing on a message: its record is gone, or there is one that we must not take for its own. */
function missing({ records, whole }: Results, { reference }: Asked): StatusAnswer {
  if (records.some(({ user_id }) => user_id === reference)) return nothing("other_number");
  return whole ? { kind: "absent" } : nothing("not_understood");
}

/** What may hold the reasons of these failures, and not everything that the box ever heard about their numbers. */
function filterFor(failed: readonly ResultRecord[]): DeliveryFilter {
  const numbers = new Set(failed.flatMap(({ number }) => (number === undefined ? [] : [number])));
  const number = [...numbers].slice(0, MOST_ASKED);
  const times = failed.flatMap(({ time }) => (time === undefined ? [] : [time]));
  if (times.length < failed.length) return { number };
  const [first, last] = [Math.min(...times) - WINDOW_MS, Math.max(...times) + WINDOW_MS];
  return { number, time_after: boxTime(first), time_before: boxTime(last) };
}

function withFailure(report: Report, failure: ReturnType<typeof failureOf>): Report {
  if (failure === undefined) return report;
  return { ...report, code: failure.code, details: { ...report.details, deliveryStatus: failure.meaning } };
}
