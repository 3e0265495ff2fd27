import type { Broker } from "@hermod/broker/open-broker";
import { apply } from "@hermod/core/apply";
import type { Event } from "@hermod/core/event";
import type { MessageRecord } from "@hermod/core/record";

/** What happens to a record, as it was loaded. */
export interface Step {
  readonly before: MessageRecord;
  readonly event: Event;
}

/**
 * Takes each of these steps, also where somebody else moved the record meanwhile: otherwise it would wait for the sweeper. Throws
 * when Redis refuses to record some, so that the order comes back for them.
 */
export async function applyToAll({ store }: Pick<Broker, "store">, steps: readonly Step[]): Promise<void> {
  const changes = steps
    .map(({ before, event }) => ({ before, event, after: apply(before, event) }))
    .filter(({ before, after }) => before !== after);
  const committed = await store.commit(changes, "always");
  const refusal = committed.find((result) => result.kind === "failed");
  if (refusal !== undefined) throw refusal.error;
  const moved = changes.filter((_, index) => committed[index]?.kind === "moved");
  await Promise.all(
    moved.map(({ before, event }) =>
      store.change(before.id, (record) => {
        // At another account it is no longer ours.
        return { after: record.account === before.account ? apply(record, event) : record };
      }),
    ),
  );
}
