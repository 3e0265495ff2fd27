import { acceptedRecord } from "../../src/accept.ts";
import { apply } from "../../src/apply.ts";
import { sendJobId } from "../../src/timer.ts";
import { clockOf } from "./hands.ts";
import type { PlannedMessage } from "./plan.ts";
import { openProcess, type Process, start, type Task } from "./process.ts";
import { change } from "./recording.ts";
import { call, Refusal } from "./redis.ts";
import type { World } from "./world.ts";

/** Plans what the producer of a message does: it calls, calls again with the same key, and may change its mind. */
export function planCalls(world: World, message: PlannedMessage): void {
  const { agenda } = world;
  for (const [index, at] of message.callsAt.entries()) {
    agenda.at(at, () => {
      const shop = openProcess(`shop ${message.id}.${index + 1}`, () => {});
      start(world, shop, unlessRefused(send(world, shop, message)));
    });
  }
  if (message.cancelAt === undefined) return;
  agenda.at(message.cancelAt, () => {
    const shop = openProcess(`shop ${message.id}.cancel`, () => {});
    start(world, shop, unlessRefused(cancel(world, shop, message.id)));
  });
}

function* unlessRefused(task: Task): Task {
  try {
    yield* task;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Stores the record first and adds its order then, as the client's `accept-messages.ts` does. */
function* send(world: World, process: Process, { id, input }: PlannedMessage): Task {
  const { store, orders, agenda } = world;
  yield* call(world, process, "load", () => undefined);
  const at = clockOf({ world, process });
  const fresh = acceptedRecord(input, { id, bodyHash: "", at });
  const isReady = fresh.releaseAt <= at;
  const jobId = sendJobId(id, at);
  const record = isReady ? { ...fresh, jobId, drivenAt: at } : fresh;
  const there = yield* call(world, process, "write", () => store.create(record));
  const order = {
    kind: "send",
    account: there.record.account,
    priority: record.priority,
    ids: [id],
  } as const;
  if (there.created) {
    if (isReady) yield* call(world, process, "write", () => orders.add({ ...order, jobId }));
  } else if (there.record.state === "queued" && there.record.releaseAt <= at) {
    const first = sendJobId(id, there.record.acceptedAt);
    yield* call(world, process, "write", () => orders.add({ ...order, jobId: first }));
  }
  const truth = world.ledger.of(id);
  truth.acknowledgedAt ??= agenda.now();
  world.note?.(`${id} is taken over`);
}

function* cancel(world: World, process: Process, id: string): Task {
  const record = yield* change(world, process, id, "cancel", (current) => ({
    after: apply(current, { type: "cancel", at: clockOf({ world, process }) }),
  }));
  if (record?.state !== "canceled") return;
  world.ledger.of(id).canceled = true;
  world.note?.(`${id} is told to be canceled`);
}
