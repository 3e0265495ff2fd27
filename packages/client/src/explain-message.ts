import { setTimeout as delay } from "node:timers/promises";
import { type ExplainedStep, type Explanation, explain } from "@hermod/core/explain";
import { HermodInputError } from "@hermod/core/input-error";
import { MessageId } from "@hermod/core/job";
import type { Session } from "./open-session.ts";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { unreadable } from "./wait-for-final.ts";
import { openDeadline } from "./within-deadline.ts";

/** Pause between two looks at a message that is not final, and while Redis is away. */
const LOOK_MS = 250;
const AWAY_MS = 1000;

/** Everything that happened to a message until now; undefined when there is none. */
export async function explainMessage(
  { current, clock }: Pick<Session, "current" | "clock">,
  id: string,
  end: AbortSignal,
): Promise<Explanation | undefined> {
  end.throwIfAborted();
  if (!MessageId.safeParse(id).success) return undefined;
  return await openDeadline(end).within(async () => {
    const { store, pacer } = await current();
    const [found] = await store.load([id]);
    if (found?.kind === "unreadable") throw unreadable(found.why);
    if (found?.kind !== "record") return undefined;
    const { record } = found;
    const limitedMs = record.state === "queued" ? await pacer.limitedMs(record.account) : 0;
    return explain(record, clock.now(), limitedMs);
  });
}

/** The steps of a message, those of before first, as they happen until it is final. */
export async function* stepsOfMessage(
  session: Pick<Session, "current" | "clock">,
  id: string,
  closed: AbortSignal,
  signal?: AbortSignal,
): AsyncGenerator<ExplainedStep, void, undefined> {
  const end = signal === undefined ? closed : AbortSignal.any([closed, signal]);
  let known = 0;
  let isFirst = true;
  for (;;) {
    const explained = await explainMessage(session, id, end).catch((error: unknown) => {
      end.throwIfAborted();
      // At first it is told like by any other call; later Redis away is no reason to end.
      if (isFirst || !(error instanceof HermodUnavailableError)) throw error;
      return "away" as const;
    });
    if (explained === undefined) throw new HermodInputError([{ path: "id", message: "no such message" }]);
    if (explained !== "away") {
      isFirst = false;
      yield* explained.steps.slice(known);
      known = explained.steps.length;
      if (explained.final) return;
    }
    await delay(explained === "away" ? AWAY_MS : LOOK_MS, undefined, { signal: end }).catch(() => {});
    end.throwIfAborted();
  }
}
