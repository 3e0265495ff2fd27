import { apply } from "@hermod/core/apply";
import { checkGapMs } from "@hermod/core/check-schedule";
import type { Decision } from "@hermod/core/decision";
import type { MessageRecord } from "@hermod/core/record";
import type { StatusAnswer } from "@hermod/core/report";
import { isFinal, isFollowed } from "@hermod/core/state";
import type { FollowedMessage } from "@hermod/providers/provider";
import type { AccountContext } from "./account-context.ts";
import { followedMessage } from "./followed.ts";
import type { HeldPermits } from "./permits.ts";
import { reserveSlots } from "./slots.ts";

interface Asked {
  readonly record: MessageRecord;
  readonly message: FollowedMessage;
}

/**
 * Carries out a check order: asks the provider in requests as full as it allows, and records what it says.
 */
export async function handleCheck(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Decision> {
  const { capabilities, permits } = context;
  let rest = chunks(await loadFollowed(context, ids), capabilities.statusBatch);
  const asking: Promise<void>[] = [];
  while (rest.length > 0) {
    const held = await permits.take(rest.length, stop);
    if (held === undefined) break;
    asking.push(askSome(context, rest.slice(0, held.count), held, stop));
    rest = rest.slice(held.count);
  }
  await Promise.all(asking);
  return stop.aborted ? { kind: "retry", afterMs: 0 } : { kind: "done" };
}

/** Sends some requests, for each of which there is a permit, each in its slot. */
async function askSome(
  context: AccountContext,
  requests: readonly Asked[][],
  permits: HeldPermits,
  stop: AbortSignal,
): Promise<void> {
  using held = permits;
  const slots = await reserveSlots(context, "status", requests.length);
  await Promise.all(
    requests.map(async (asked, index) => {
      const mayAsk = await slots.wait(index, stop);
      const answers = mayAsk ? await ask(context, asked) : undefined;
      held.giveBack(1);
      if (answers === undefined) return;
      await Promise.all(asked.map(({ record }) => note(context, record, answers.get(record.id))));
    }),
  );
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

async function ask(
  context: AccountContext,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, StatusAnswer>> {
  const { provider, broker, account, name, log } = context;
  const messages = asked.map(({ message }) => message);
  const answers = await provider
    .status(messages, AbortSignal.timeout(account.timeoutMs))
    .catch((error: Error) => {
      log.error({ account: name, error: error.name, stack: error.stack }, "adapter threw");
      return new Map<string, StatusAnswer>();
    });
  const rests = [...answers.values()].map((answer) =>
    answer.kind === "unavailable" ? (answer.retryAfterMs ?? 0) : 0,
  );
  const restMs = Math.max(0, ...rests);
  if (restMs > 0) await broker.pacer.rest(name, "status", restMs);
  return answers;
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
    return { after, dueAt: at + checkGapMs(ageMs, check) };
  });
  if (answer?.kind === "report" && answer.report.kind === "unmapped") {
    log.warn({ id: record.id, account: name, word: answer.report.word }, "unknown status word");
  }
  if (answer?.kind === "unavailable")
    log.debug({ id: record.id, account: name, reason: answer.reason }, "no status");
  if ("record" in result && isFinal(result.record.state)) {
    log.debug({ id: record.id, account: name, state: result.record.state }, "final");
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
