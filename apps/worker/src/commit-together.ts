import { setImmediate, setTimeout } from "node:timers/promises";
import type { Change } from "@hermod/broker/record-commit";
import type { Changed, RecordStore } from "@hermod/broker/record-store";
import type { MessageRecord } from "@hermod/core/record";

/** How a record changes, as a function of it, because it may have to be decided again on a newer one. */
export type Decide = (record: MessageRecord) => Omit<Change, "before">;

/** Records what already happened; resolves once it is written, however long Redis refuses. */
export type CommitTogether = (record: MessageRecord, decide: Decide) => Promise<Changed>;

/**
 * While much is learned, what comes in within this time shares a round trip. Little beside the time for which a request waits for its
 * answer, in which a process that dies leaves as much in doubt.
 */
const GATHER_MS = 25;

/** So many are decided and written in one breath: what has a slot has its turn between them. */
const AT_ONCE = 32;

/** Pause before what Redis refused is written again. */
const PAUSE_MS = 500;

/**
 * Commits what many messages learn at about the same time. While one round trip is under way, what comes in
 * waits for the next, which begins some milliseconds later at the soonest: under load many share one, and a lone one waits for nobody. An
 * outcome that is known must not be lost to a Redis that is read-only for a while, so that a refused write is
 * repeated; meanwhile its order is not done, and nothing new is begun in its place.
 */
export function openTogether(store: RecordStore, onError: (error: unknown) => void): CommitTogether {
  let waiting: { record: MessageRecord; decide: Decide; done: PromiseWithResolvers<Changed> }[] = [];
  let running = false;

  const untilWritten = async <T>(write: () => Promise<T>): Promise<T> => {
    for (;;) {
      const written = await write().then(
        (value) => ({ value }),
        (error: unknown) => onError(error),
      );
      if (written !== undefined) return written.value;
      await setTimeout(PAUSE_MS);
    }
  };

  const commit = async (part: typeof waiting): Promise<void> => {
    const changes = part.map(({ record, decide }) => ({ before: record, ...decide(record) }));
    const committed = await untilWritten(() => store.commit(changes, "always"));
    for (const [index, { record, decide, done }] of part.entries()) {
      const result = committed[index];
      if (result?.kind === "committed") done.resolve({ kind: "changed", record: result.record });
      else void untilWritten(() => store.change(record.id, decide)).then(done.resolve);
    }
  };

  const run = async (): Promise<void> => {
    running = true;
    // Whatever is recorded in the same breath goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const startedAt = performance.now();
      const batch = waiting;
      waiting = [];
      const parts: Promise<void>[] = [];
      for (let from = 0; from < batch.length; from += AT_ONCE) {
        if (from > 0) await setImmediate();
        parts.push(commit(batch.slice(from, from + AT_ONCE)));
      }
      await Promise.all(parts);
      await setTimeout(Math.max(0, startedAt + GATHER_MS - performance.now()));
    }
    running = false;
  };

  return async (record, decide) => {
    const done = Promise.withResolvers<Changed>();
    waiting.push({ record, decide, done });
    if (!running) void run();
    return await done.promise;
  };
}
