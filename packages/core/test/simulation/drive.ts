import { apply } from "../../src/apply.ts";
import type { MessageRecord } from "../../src/record.ts";
import { sendJobId } from "../../src/timer.ts";
import { clockOf } from "./hands.ts";
import type { Process, Task } from "./process.ts";
import { commit } from "./recording.ts";
import { call } from "./redis.ts";
import type { World } from "./world.ts";

/** Gives each message a work order, as the poller's `drive.ts` does. */
export function* drive(world: World, process: Process, records: readonly MessageRecord[]): Task {
  const { orders } = world;
  const at = clockOf({ world, process });
  const isLive = yield* call(world, process, "read", () =>
    records.map(
      ({ jobId, drivenAt, releaseAt }) => drivenAt > 0 && drivenAt >= releaseAt && orders.isLive(jobId),
    ),
  );
  const lost = records.filter((_, index) => isLive[index] !== true);
  for (const group of Map.groupBy(lost, ({ account, priority }) => `${account} ${priority}`).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const jobId = sendJobId(first.id, at);
    const { account, priority } = first;
    const ids = group.map(({ id }) => id);
    yield* call(world, process, "write", () => orders.add({ jobId, kind: "send", account, priority, ids }));
    for (const before of group) {
      const after = apply(before, { type: "drive", at, jobId });
      yield* commit(world, process, { before, after }, "drive", "always");
    }
  }
  for (const [index, before] of records.entries()) {
    if (isLive[index] !== true) continue;
    const after = apply(before, { type: "drive", at, jobId: before.jobId });
    yield* commit(world, process, { before, after }, "drive", "always");
  }
}
