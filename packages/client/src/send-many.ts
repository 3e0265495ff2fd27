import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import type { MessageInput, ParsedMessageInput } from "@hermod/core/message";
import { type Accepted, planBatch, type Refused, recordsOf, storeBatch } from "./accept-messages.ts";
import { keyIssues } from "./matching-keys.ts";
import type { Session } from "./open-session.ts";
import type { SendSpans } from "./send-tracing.ts";
import { routeIssues } from "./suitability.ts";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { unmeetable } from "./unmeetable.ts";
import { type Deadline, openDeadline } from "./within-deadline.ts";

/** A message as it was when it was handed over, or what is wrong with it. */
export type CheckedMessage = ReturnType<typeof MessageInput.safeParse>;

/** Messages stored in one round trip. */
const STORED_AT_ONCE = 500;

/**
 * Takes what can be taken: one result per message, in order. It may last as long as there is progress; once
 * there was none for the time of a deadline, the rest is refused.
 */
export async function sendMany(
  session: Session,
  parsed: readonly CheckedMessage[],
  closed: AbortSignal,
): Promise<(Accepted | Refused)[]> {
  closed.throwIfAborted();
  const { accounts, clock } = session;
  const names = parsed.flatMap(({ data }) => data?.route ?? data?.account ?? []);
  const deadline = openDeadline(closed);
  await deadline.within(() => Promise.all([accounts.refresh(names), clock.refresh()]));
  const checked = parsed.map((result) => checkedInput(session, result));
  // Checking very many takes its time, in which Redis was not asked.
  deadline.renew();
  const good = checked.filter((item): item is ParsedMessageInput => !(item instanceof HermodInputError));
  const taken: (Accepted | Refused)[] = [];
  for (let start = 0; start < good.length; start += STORED_AT_ONCE) {
    const some = good.slice(start, start + STORED_AT_ONCE);
    const spans = session.tracing.begin(some);
    const results = await takeOrRefuse(session, some, spans.traces, deadline);
    spans.end(results);
    taken.push(...results);
  }
  const next = taken.values();
  return checked.map((item) => {
    if (item instanceof HermodInputError) return { error: item };
    return next.next().value ?? { error: new HermodUnavailableError("no result") };
  });
}

function checkedInput(
  { accounts, ownKeys }: Session,
  result: CheckedMessage,
): ParsedMessageInput | HermodInputError {
  if (!result.success) return new HermodInputError(issuesOf(result.error));
  const issues = [...routeIssues(result.data, accounts), ...keyIssues(result.data, accounts, ownKeys)];
  return issues.length === 0 ? result.data : new HermodInputError(issues);
}

/** When Redis goes away in the middle, what was taken before it is still told. */
async function takeOrRefuse(
  session: Session,
  some: readonly ParsedMessageInput[],
  traces: SendSpans["traces"],
  deadline: Deadline,
): Promise<(Accepted | Refused)[]> {
  try {
    const results = await take(session, some, traces, deadline);
    deadline.renew();
    return results;
  } catch (error) {
    const unavailable =
      error instanceof HermodUnavailableError ? error : new HermodUnavailableError("Redis is away");
    return some.map(() => ({ error: unavailable }));
  }
}

async function take(
  { accounts, clock, current }: Session,
  some: readonly ParsedMessageInput[],
  traces: SendSpans["traces"],
  deadline: Deadline,
): Promise<(Accepted | Refused)[]> {
  const broker = await deadline.within(current);
  await deadline.within(clock.refresh);
  const at = clock.now();
  const records = recordsOf(some, broker, at, traces);
  const [late, lists] = await deadline.within(() =>
    Promise.all([unmeetable(broker, accounts, some, records), broker.suppression.find(records)]),
  );
  const meetable = records.flatMap((record, index) =>
    late[index] === undefined ? [{ record, list: lists[index] }] : [],
  );
  const batch = planBatch(meetable, at);
  const stored = await deadline.within((tried) => storeBatch(batch, broker, tried > 0));
  const next = stored.values();
  return late.map((error) =>
    error === undefined
      ? (next.next().value ?? { error: new HermodUnavailableError("no result") })
      : { error },
  );
}
