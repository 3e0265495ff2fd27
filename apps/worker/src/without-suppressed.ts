import type { MessageRecord } from "@hermod/core/record";
import type { AccountContext } from "./account-context.ts";
import { applyToAll } from "./apply-to-all.ts";

/** Those whose recipients stand on no stop list; the others end here. The list is asked again for each, since it may have changed. */
export async function withoutSuppressed(
  { broker, clock }: AccountContext,
  loaded: readonly MessageRecord[],
): Promise<readonly MessageRecord[]> {
  const lists = await broker.suppression.find(loaded);
  if (lists.every((list) => list === undefined)) return loaded;
  const at = clock.now();
  const steps = loaded.flatMap((before, index) => {
    const list = lists[index];
    return list === undefined ? [] : [{ before, event: { type: "suppress", at, list } as const }];
  });
  await applyToAll(broker, steps);
  return loaded.filter((_, index) => lists[index] === undefined);
}
