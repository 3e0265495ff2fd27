import { apply } from "@hermod/core/apply";
import { checkGapMs } from "@hermod/core/check-schedule";
import type { Decision } from "@hermod/core/decision";
import type { MessageRecord } from "@hermod/core/record";
import type { StatusAnswer } from "@hermod/core/report";
import { isFinal, isFollowed } from "@hermod/core/state";
import type { FollowedMessage } from "@hermod/providers/provider";
import { framesOf } from "@hermod/service/log";
import type { AccountContext } from "./account-context.ts";
import { allDone } from "./all-done.ts";
import { followedMessage } from "./followed.ts";
import { reserveSlots } from "./slots.ts";

interface Asked {
  readonly record: MessageRecord;
  readonly message: FollowedMessage;
}

/** Carries out a check order: asks the provider in requests as full as it allows, and records what it says. */
export async function handleCheck(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Decision> {
  const requests = requestsOf(await loadFollowed(context, ids), context.capabilities.statusBatch);
  if (requests.length === 0) return { kind: "done" };
  const slots = await reserveSlots(context, "status", requests.length);
  // While the account rests nobody is asked; what was claimed is due again by itself.
  if (typeof slots === "number") return { kind: "done" };
  // When one answer tells the account to rest, the other requests are not written any more.
  const rest = new AbortController();
  const ended = AbortSignal.any([stop, rest.signal]);
  await allDone(
    requests.map(async (asked, index) => {
      if (!(await slots.wait(index, ended))) return;
      const answers = await ask(context, asked, ended);
      if (answers === undefined) return;
      if (restMsOf(answers) > 0) rest.abort();
      await allDone(asked.map(({ record }) => note(context, record, answers.get(record.id))));
    }),
  );
  return stop.aborted ? { kind: "retry", afterMs: 0 } : { kind: "done" };
}

async function loadFollowed(context: AccountContext, ids: readonly string[]): Promise<Asked[]> {
  const { broker, name } = context;
  const loaded = await broker.store.load(ids);
  const gone = ids.filter((_, index) => loaded[index]?.kind === "missing");
  await broker.store.forget(gone, name);
  return loaded.flatMap((found) => {
    // An order that comes after the horizon still asks: what it learns corrects the "we do not know".
    if (found.kind !== "record") return [];
    if (!isFollowed(found.record.state) && found.record.state !== "unknown") return [];
    const message = followedMessage(found.record, context);
    return message === undefined ? [] : [{ record: found.record, message }];
  });
}

/** Requests as full as the provider allows; what is known only as part of a batch is asked for batch by batch. */
function requestsOf(followed: readonly Asked[], statusBatch: number): Asked[][] {
  const groups = Map.groupBy(followed, ({ message: { providerId, reference, batchId } }) =>
    providerId === undefined && reference === undefined ? batchId : undefined,
  );
  return [...groups.values()].flatMap((group) => {
    const count = Math.ceil(group.length / statusBatch);
    return Array.from({ length: count }, (_, index) =>
      group.slice(index * statusBatch, (index + 1) * statusBatch),
    );
  });
}

/** Adapters end their requests by a deadline of their own. */
const UNTIL_ITS_DEADLINE = new AbortController().signal;

async function ask(
  { provider, broker, name, log, permits }: AccountContext,
  asked: readonly Asked[],
  stop: AbortSignal,
): Promise<ReadonlyMap<string, StatusAnswer> | undefined> {
  using held = await permits.take(1, stop);
  if (held === undefined) return undefined;
  const messages = asked.map(({ message }) => message);
  const answers = await provider.status(messages, UNTIL_ITS_DEADLINE).catch((error: Error) => {
    log.error({ account: name, error: error.name, frames: framesOf(error) }, "adapter threw");
    return new Map<string, StatusAnswer>();
  });
  const restMs = restMsOf(answers);
  if (restMs > 0) await broker.pacer.rest(name, "status", restMs);
  return answers;
}

/** How long the account wants to be left alone. */
function restMsOf(answers: ReadonlyMap<string, StatusAnswer>): number {
  const rests = [...answers.values()].map((answer) =>
    answer.kind === "unavailable" ? (answer.retryAfterMs ?? 0) : 0,
  );
  return Math.max(0, ...rests);
}

/** Records one answer and when to ask again, in one step. No answer is no evidence. */
async function note(
  context: AccountContext,
  record: MessageRecord,
  answer: StatusAnswer | undefined,
): Promise<void> {
  const { clock, terms, check, log, name } = context;
  const at = clock.now();
  const result = await context.commitTogether(record, (current) => {
    const checked = apply(current, { type: "checked", at });
    const after =
      answer?.kind === "report"
        ? apply(checked, { type: "report", at, report: answer.report, terms })
        : checked;
    const ageMs = at - (current.submittedAt ?? current.updatedAt);
    // After the horizon nobody is asked again.
    return { after, dueAt: ageMs < terms.horizonMs ? at + checkGapMs(ageMs, check) : undefined };
  });
  if (answer?.kind === "report" && answer.report.kind === "unmapped") {
    log.warn({ id: record.id, account: name, word: answer.report.word }, "unknown status word");
  }
  if (answer?.kind === "unavailable") {
    log.debug({ id: record.id, account: name, reason: answer.reason }, "no status");
  }
  if ("record" in result && isFinal(result.record.state)) {
    log.debug({ id: record.id, account: name, state: result.record.state }, "final");
  }
}
