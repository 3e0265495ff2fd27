import type { Change, Changed, RecordStore } from "@hermod/broker/record-store";
import type { MessageRecord } from "@hermod/core/record";

/** How a record changes, as a function of it, because it may have to be decided again on a newer one. */
export type Decide = (record: MessageRecord) => Omit<Change, "before">;

/**
 * Commits what many messages learn at about the same time. While one round trip is under way, what comes in waits for the next and
 * goes with it: under load hundreds share one, and a lone one waits for nobody.
 */
export function openTogether(
  store: RecordStore,
): (record: MessageRecord, decide: Decide) => Promise<Changed> {
  let waiting: { record: MessageRecord; decide: Decide; done: PromiseWithResolvers<Changed> }[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const changes = batch.map(({ record, decide }) => ({ before: record, ...decide(record) }));
      const committed = await store.commit(changes, "always").catch((error: unknown) => error);
      for (const [index, { record, decide, done }] of batch.entries()) {
        if (!Array.isArray(committed)) done.reject(committed);
        else if (committed[index]?.kind === "committed")
          done.resolve({ kind: "changed", record: committed[index].record });
        else store.change(record.id, decide).then(done.resolve, done.reject);
      }
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
