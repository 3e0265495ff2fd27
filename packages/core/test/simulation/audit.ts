import { mend } from "../../src/mend.ts";
import type { MessageRecord } from "../../src/record.ts";
import { askedAccount } from "../../src/record.ts";
import { clockOf } from "./hands.ts";
import type { Process, Task } from "./process.ts";
import { commit } from "./recording.ts";
import { call } from "./redis.ts";
import type { Change } from "./store.ts";
import type { World } from "./world.ts";

/** Gives open messages back what they lack, as the poller's `audit.ts` does. */
export function* audit(world: World, process: Process): Task {
  const { store } = world;
  const ids = yield* call(world, process, "read", () => store.openIds());
  const loaded = yield* call(world, process, "load", () => ids.map((id) => store.load(id)));
  const records = loaded.filter((record) => record !== undefined);
  const entries = yield* call(world, process, "read", () => records.map((record) => store.entriesOf(record)));
  for (const [index, record] of records.entries()) {
    const has = entries[index];
    const change = has && mended(world, record, has, clockOf({ world, process }), world.random.next());
    if (change !== undefined) yield* commit(world, process, change, "audit", "always");
  }
}

/** Whether an audit would find something. */
export function isMissing(world: World): boolean {
  const { store } = world;
  return store.openIds().some((id) => {
    const record = store.load(id);
    return record !== undefined && mended(world, record, store.entriesOf(record), 0, 0) !== undefined;
  });
}

function mended(
  world: World,
  record: MessageRecord,
  has: ReturnType<World["store"]["entriesOf"]>,
  at: number,
  chance: number,
): Change | undefined {
  return mend(record, has, world.accountOf(askedAccount(record)), at, chance);
}
