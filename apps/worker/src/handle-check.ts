import type { Decision } from "@hermod/core/decision";
import { applyFinding, type Finding } from "@hermod/core/finding";
import type { MessageRecord } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import { framesOf } from "@hermod/service/log";
import type { AccountContext } from "./account-context.ts";
import { allDone } from "./all-done.ts";
import { type Question, questionOf } from "./question.ts";
import { reserveSlots } from "./slots.ts";

/** Carries out a check order: asks the provider in requests as full as it allows, and records what it says. */
export async function handleCheck(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Decision> {
  await context.reached?.("check-taken");
  const requests = requestsOf(await loadQuestions(context, ids), context.capabilities.statusBatch);
  if (requests.length === 0) return { kind: "done" };
  const slots = await reserveSlots(context, "status", requests.length);
  // While the account rests nobody is asked; what was claimed is due again by itself.
  if (slots.kind !== "reserved") return { kind: "done" };
  // When one answer tells the account to rest, the other requests are not written any more.
  const rest = new AbortController();
  const ended = AbortSignal.any([stop, rest.signal]);
  await allDone(
    requests.map(async (questions) => {
      if ((await slots.wait(ended)) === undefined) return;
      const findings = await ask(context, questions, ended);
      if (findings === undefined) return;
      if (restMsOf(findings) > 0) rest.abort();
      await context.reached?.("check-answered");
      await allDone(questions.map(({ record }) => note(context, record, findings.get(record.id))));
    }),
  );
  await context.reached?.("check-recorded");
  return stop.aborted ? { kind: "retry", afterMs: 0 } : { kind: "done" };
}

/**
 * The questions that are still to be asked. What nobody has to ask about ever again is not claimed again; any other message may
 * just now be getting its entry in the due index.
 */
async function loadQuestions(context: AccountContext, ids: readonly string[]): Promise<Question[]> {
  const { broker, name } = context;
  const loaded = await broker.store.load(ids);
  const questions = loaded.map((found) =>
    found.kind === "record" ? questionOf(found.record, context) : undefined,
  );
  const over = ids.filter((_, index) => {
    const found = loaded[index];
    if (found?.kind !== "record") return found?.kind === "missing";
    return isFinal(found.record.state) && found.record.state !== "unknown";
  });
  await broker.store.stopAsking(name, over);
  return questions.filter((question) => question !== undefined);
}

/** Requests as full as the provider allows; what is known only as part of a batch is asked for batch by batch. */
function requestsOf(questions: readonly Question[], statusBatch: number): Question[][] {
  const groups = Map.groupBy(questions, ({ kind, message }) =>
    "batchId" in message && message.providerId === undefined && message.reference === undefined
      ? `batch ${message.batchId}`
      : kind,
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
  { provider, broker, name, log, permits, tracing, reached }: AccountContext,
  questions: readonly Question[],
  stop: AbortSignal,
): Promise<ReadonlyMap<string, Finding> | undefined> {
  using held = await permits.take(1, stop);
  if (held === undefined) return undefined;
  const statuses = questions.flatMap((question) => (question.kind === "status" ? [question.message] : []));
  const lookups = questions.flatMap((question) => (question.kind === "lookup" ? [question.message] : []));
  const answer: Promise<ReadonlyMap<string, Finding> | undefined> =
    lookups.length === 0
      ? provider.status(statuses, UNTIL_ITS_DEADLINE)
      : (provider.lookup?.(lookups, UNTIL_ITS_DEADLINE) ?? Promise.resolve(undefined));
  const records = questions.map(({ record }) => record);
  const asking = tracing.request("check", records, answer).catch((error: Error) => {
    log.error({ account: name, error: error.name, frames: framesOf(error) }, "adapter threw");
    return undefined;
  });
  await reached?.("check-on-wire");
  const findings = await asking;
  const restMs = restMsOf(findings ?? new Map());
  if (restMs > 0) await broker.pacer.rest(name, "status", restMs);
  return findings ?? new Map();
}

/** How long the account wants to be left alone. */
function restMsOf(findings: ReadonlyMap<string, Finding>): number {
  const rests = [...findings.values()].map((finding) =>
    finding?.kind === "unavailable" ? (finding.retryAfterMs ?? 0) : 0,
  );
  return Math.max(0, ...rests);
}

/** Records one finding and when to ask again, in one step. No answer is no evidence. */
async function note(context: AccountContext, asked: MessageRecord, finding: Finding): Promise<void> {
  const { clock, terms, check, log, name } = context;
  const at = clock.now();
  const chance = context.chance();
  const result = await context.commitTogether(asked, (current) =>
    applyFinding(current, asked, finding, { at, terms, chance }, check),
  );
  if (finding?.kind === "report" && finding.report.kind === "unmapped") {
    log.warn({ id: asked.id, account: name, word: finding.report.word }, "unknown status word");
  }
  if (finding?.kind === "unavailable") {
    log.debug({ id: asked.id, account: name, reason: finding.reason }, "no status");
  }
  if ("record" in result && isFinal(result.record.state)) {
    log.debug({ id: asked.id, account: name, state: result.record.state }, "final");
  }
}
