import { apply } from "../../src/apply.ts";
import { releasable } from "../../src/breaker.ts";
import type { MessageRecord } from "../../src/record.ts";
import { drive } from "./drive.ts";
import { clockOf } from "./hands.ts";
import type { Process, Task } from "./process.ts";
import { commit } from "./recording.ts";
import { call } from "./redis.ts";
import type { World } from "./world.ts";

const MOST = 500;

/** Releases what is held for an account, as the poller's `release-held.ts` does. */
export function* releaseHeld(world: World, process: Process, account: string): Task {
  const { store, gates } = world;
  const breaker = yield* call(world, process, "read", () => gates.breaker(account));
  const most = releasable(breaker, clockOf({ world, process }), MOST);
  if (most === 0) return;
  const ids = yield* call(world, process, "read", () => store.firstHeld(account, most));
  const [first] = ids;
  if (first === undefined) return;
  if (
    breaker !== undefined &&
    !(yield* call(world, process, "always", () =>
      gates.probe(account, first, world.accountOf(account).terms.leaseMs),
    ))
  )
    return;
  const at = clockOf({ world, process });
  const loaded = yield* call(world, process, "load", () => ids.map((id) => store.load(id)));
  const released: MessageRecord[] = [];
  for (const before of loaded) {
    if (before === undefined) continue;
    const after = apply(before, { type: "release", at });
    const result = yield* commit(world, process, { before, after }, "release", "always");
    if (result.kind === "committed" && result.record.state === "queued") released.push(result.record);
  }
  if (released.length > 0) yield* drive(world, process, released);
}
