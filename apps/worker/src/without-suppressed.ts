import { apply } from "@hermod/core/apply";
import type { MessageRecord } from "@hermod/core/record";
import type { AccountContext } from "./account-context.ts";

/** Those whose recipients stand on no stop list; the others end here. The list is asked again for each, since it may have changed. */
export async function withoutSuppressed(
  { broker, clock }: AccountContext,
  loaded: readonly MessageRecord[],
): Promise<readonly MessageRecord[]> {
  const lists = await broker.suppression.find(loaded);
  if (lists.every((list) => list === undefined)) return loaded;
  const at = clock.now();
  const changes = loaded.flatMap((before, index) => {
    const list = lists[index];
    return list === undefined ? [] : [{ before, after: apply(before, { type: "suppress", at, list }) }];
  });
  const refusal = (await broker.store.commit(changes, "always")).find(({ kind }) => kind === "failed");
  // The order comes back for those that could not be ended.
  if (refusal?.kind === "failed") throw refusal.error;
  return loaded.filter((_, index) => lists[index] === undefined);
}
