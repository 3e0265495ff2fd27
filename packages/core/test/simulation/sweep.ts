import { firstAskAt } from "../../src/first-ask.ts";
import { mayBegin } from "../../src/reconcile.ts";
import type { MessageRecord } from "../../src/record.ts";
import { onTimer } from "../../src/timer.ts";
import { drive } from "./drive.ts";
import { clockOf } from "./hands.ts";
import type { Process, Task } from "./process.ts";
import { commit } from "./recording.ts";
import { call } from "./redis.ts";
import type { Change } from "./store.ts";
import type { World } from "./world.ts";

const CLAIM_MS = 10_000;

/** Carries out what is due by time alone, as the poller's `sweep.ts` does. */
export function* sweep(world: World, process: Process): Task {
  const { store } = world;
  const ids = yield* call(world, process, "claim", () => store.claimTimers(CLAIM_MS));
  if (ids.length === 0) return;
  const loaded = yield* call(world, process, "load", () => ids.map((id) => store.load(id)));
  const changes: Change[] = [];
  const toDrive: MessageRecord[] = [];
  for (const record of loaded) {
    if (record === undefined) continue;
    const at = clockOf({ world, process });
    const { terms, following } = world.accountOf(record.account);
    const chance = world.random.next();
    const decision = onTimer(record, at, terms);
    if (decision.kind === "change") {
      const after = decision.record;
      changes.push({
        before: record,
        after,
        dueAt: firstAskAt(record, after, { at, terms, following, chance }),
      });
    } else if (decision.kind === "drive") toDrive.push(record);
    else changes.push({ before: record, after: record });
  }
  for (const change of changes) {
    const result = yield* commit(world, process, change, "timer", "always");
    const isFree = result.kind === "committed" && mayBegin(result.record, clockOf({ world, process }));
    if (isFree) toDrive.push(result.record);
  }
  if (toDrive.length > 0) yield* drive(world, process, toDrive);
}
