import type { Decision } from "@hermod/core/decision";
import { applyFinding, type Finding } from "@hermod/core/finding";
import { type RefusedRequest, refusalOf } from "@hermod/core/polling/refusal";
import { PAUSE_MS } from "@hermod/core/polling/status-pause";
import type { MessageRecord } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import { throttleRestMs } from "@hermod/core/terms";
import { framesOf } from "@hermod/service/log";
import type { AccountContext } from "./account-context.ts";
import { allDone } from "./all-done.ts";
import { eitherOf } from "./either-of.ts";
import { groupOf, type Question, questionOf } from "./question.ts";
import { reserveSlots } from "./slots.ts";

/** How much longer than a request a message counts as being asked about: until the slot has come, and the answer is recorded. */
const IN_HAND_MS = 30_000;

/** After this time in hand nothing is asked any more, so that no message is in two requests at once. */
const ASK_WITHIN_MS = 15_000;

/** Carries out a check order: asks the provider in requests as full as it allows, and records what it says. */
export async function handleCheck(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Decision> {
  const { broker, name, account, capabilities } = context;
  const takenAt = performance.now();
  await context.reached?.("check-taken");
  const taken = await broker.due.take(name, ids, account.timeoutMs + IN_HAND_MS);
  const requests = requestsOf(await loadQuestions(context, taken), capabilities);
  if (requests.length === 0) return { kind: "done" };
  // What the order is known by: if the account rests, it may be the one that tries whether it answers again.
  const [order = ""] = ids;
  const left = new Set(requests);
  // When one request is refused, no other one that waits for its slot is written any more.
  using ending = eitherOf(stop, context.resting.signal());
  const ended = ending.signal;
  const slots = await reserveSlots(
    context,
    "status",
    requests.map(() => 1),
    { message: order },
  );
  if (slots.kind === "reserved") {
    await allDone(
      requests.map(async (questions) => {
        if ((await slots.wait(ended)) === undefined || performance.now() - takenAt > ASK_WITHIN_MS) return;
        const findings = await ask(context, questions, ended);
        if (findings === undefined) return;
        left.delete(questions);
        await context.reached?.("check-answered");
        const refusal = refusalOf(questions.map(({ record }) => findings.get(record.id)));
        if (refusal !== undefined) context.resting.begin();
        await restOrGoOn(context, order, slots.probes, refusal);
        await noteAll(context, questions, findings);
      }),
    );
  }
  await context.reached?.("check-recorded");
  // While the account rests nobody is asked; neither is somebody who is to stop.
  await broker.due.giveBack(
    name,
    [...left].flatMap((questions) => questions.map(({ record }) => record.id)),
  );
  return { kind: "done" };
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
function requestsOf(
  questions: readonly Question[],
  capabilities: AccountContext["capabilities"],
): Question[][] {
  const { statusBatch } = capabilities;
  const groups = Map.groupBy(questions, (question) => groupOf(question, capabilities) ?? question.kind);
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
  { provider, name, log, permits, tracing, reached }: AccountContext,
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
  return findings ?? new Map();
}

/** A refused request lets the account rest in all processes; an answer to the one that tried it ends that. */
async function restOrGoOn(
  { broker, name, following }: AccountContext,
  request: string,
  probes: boolean,
  refusal: RefusedRequest | undefined,
): Promise<void> {
  const { minMs, maxMs } = following.poll;
  if (refusal !== undefined) {
    const longestMs = Math.min(PAUSE_MS, maxMs);
    const { code, retryAfterMs } = refusal;
    const asked = retryAfterMs === undefined ? undefined : throttleRestMs(retryAfterMs);
    const rest = { code, request, retryAfterMs: asked, shortestMs: minMs, longestMs };
    await broker.pauses.refuse(name, rest);
  } else if (probes) await broker.pauses.end(name, request);
}

/** Records what one request told, together: also what is asked about as a group stays together for its next look. */
async function noteAll(
  context: AccountContext,
  questions: readonly Question[],
  findings: ReadonlyMap<string, Finding>,
): Promise<void> {
  const { clock, terms, following, capabilities } = context;
  const group = capabilities.asksBatches ? questions.length : undefined;
  const now = { at: clock.now(), terms, following, group };
  context.learner.heard(
    questions.map(({ record }) => record),
    findings,
    now.at,
  );
  const chance = context.chance();
  await allDone(
    questions.map(({ record }) =>
      note(context, record, findings.get(record.id), {
        ...now,
        chance: group === undefined ? context.chance() : chance,
      }),
    ),
  );
}

/** Records one finding and when to ask again, in one step. No answer is no evidence. */
async function note(
  context: AccountContext,
  asked: MessageRecord,
  finding: Finding,
  now: Parameters<typeof applyFinding>[3],
): Promise<void> {
  const { log, name } = context;
  const result = await context.commitTogether(asked, (current) => applyFinding(current, asked, finding, now));
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
