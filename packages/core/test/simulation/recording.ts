import type { MessageRecord } from "../../src/record.ts";
import type { Process, Task } from "./process.ts";
import { call, Refusal } from "./redis.ts";
import type { Cause, Change, Committed } from "./store.ts";
import type { World } from "./world.ts";

/** How a record changes, as a function of it, because it may have to be decided again on a newer one. */
export type Decide = (record: MessageRecord) => Omit<Change, "before">;

const PAUSE_MS = 500;

/** One compare-and-set; `failed` where Redis refuses. */
export function* commit(
  world: World,
  process: Process,
  change: Change,
  cause: Cause,
  kind: "write" | "always",
): Task<Committed> {
  try {
    return yield* call(world, process, kind, () => world.store.commit(change, cause));
  } catch (error) {
    if (error instanceof Refusal) return { kind: "failed" };
    throw error;
  }
}

/** Loads, decides and commits until nobody came between. */
export function* change(
  world: World,
  process: Process,
  id: string,
  cause: Cause,
  decide: Decide,
): Task<MessageRecord | undefined> {
  for (;;) {
    const record = yield* call(world, process, "load", () => world.store.load(id));
    if (record === undefined) return undefined;
    const decided = decide(record);
    if (decided.after === record && decided.dueAt === undefined) return record;
    const committed = yield* commit(world, process, { before: record, ...decided }, cause, "always");
    if (committed.kind === "committed") return committed.record;
    if (committed.kind === "failed") yield PAUSE_MS;
  }
}

/** Records what already happened, first on the record as it was known, and however long Redis refuses. */
export function* recordUntilWritten(
  world: World,
  process: Process,
  known: MessageRecord,
  cause: Cause,
  decide: Decide,
): Task {
  const first = yield* commit(world, process, { before: known, ...decide(known) }, cause, "always");
  if (first.kind !== "committed") yield* change(world, process, known.id, cause, decide);
}
