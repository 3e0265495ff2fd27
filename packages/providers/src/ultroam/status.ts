import type { Report, StatusAnswer } from "@hermod/core/report";
import type { FollowedMessage } from "../provider.ts";
import type { Box } from "./auth.ts";
import { chunks } from "./chunks.ts";
import { MOST_ASKED, type UltroamAccount } from "./config.ts";
import { failureOf, mayHaveReason } from "./failure.ts";
import { isNumber } from "./number.ts";
import { nothing, queryDeliveries, queryResults, type Results } from "./query.ts";
import { reportOfAll } from "./report.ts";
import { LARGEST, type ResultRecord } from "./wire.ts";

interface Asked {
  readonly id: string;
  readonly to: string;
  readonly reference: number;
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
  for (const { id, to, reference, providerId } of messages) {
    const known = reference ?? referenceOf(providerId);
    if (known === undefined) answers.set(id, nothing("no_reference"));
    else asked.push({ id, to, reference: known });
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
    failed.length === 0 ? [] : await queryDeliveries(box, account, numbersOf(failed), signal);
  return found.map(({ asked, report, records }) => {
    if (report === undefined) return [asked.id, missing(results, asked)];
    const failure = records
      .filter((record) => failed.includes(record))
      .map((record) => failureOf(record, deliveries))[0];
    return [asked.id, { kind: "report", report: withFailure(report, failure) }];
  });
}

/** A record is a message's by reference and number together, never by its place in the list. */
function find({ records }: Results, { reference, to }: Asked) {
  const own = records.filter(({ user_id, number }) => user_id === reference && isNumber(number, to));
  return { records: own, report: reportOfAll(own) };
}

/** Why there is nothing on a message: its record is gone, or there is one that we must not take for its own. */
function missing({ records, whole }: Results, { reference }: Asked): StatusAnswer {
  if (records.some(({ user_id }) => user_id === reference)) return nothing("other_number");
  return whole ? { kind: "absent" } : nothing("not_understood");
}

function numbersOf(records: readonly ResultRecord[]): string[] {
  return [...new Set(records.flatMap(({ number }) => (number === undefined ? [] : [number])))].slice(
    0,
    MOST_ASKED,
  );
}

function withFailure(report: Report, failure: ReturnType<typeof failureOf>): Report {
  if (failure === undefined) return report;
  return { ...report, code: failure.code, details: { ...report.details, deliveryStatus: failure.meaning } };
}
