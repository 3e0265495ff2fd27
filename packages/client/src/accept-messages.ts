import type { Broker } from "@hermod/broker/open-broker";
import type { Order } from "@hermod/broker/queues";
import { acceptedRecord, fingerprint } from "@hermod/core/accept";
import { apply } from "@hermod/core/apply";
import type { StopList } from "@hermod/core/event";
import { HermodInputError } from "@hermod/core/input-error";
import { MAX_IDS_PER_JOB } from "@hermod/core/job";
import type { ParsedMessageInput } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import { sendJobId } from "@hermod/core/timer";
import type { SendSpans } from "./send-tracing.ts";
import { HermodUnavailableError } from "./unavailable-error.ts";

/** A message that was taken. */
export interface Accepted {
  readonly id: string;
  /** The idempotency key was used before for the same message: nothing new was sent. */
  readonly duplicate: boolean;
}

/** A message that was not taken. */
export interface Refused {
  readonly error: HermodInputError | HermodUnavailableError;
}

interface PlannedOrder extends Order {
  readonly account: string;
}

/** New messages with their ids, records and work orders, all fixed, so that storing them may be repeated. */
export interface Batch {
  readonly records: readonly MessageRecord[];
  readonly orders: readonly PlannedOrder[];
  /** Whose stop list ends a message, by its id: it is stored, and never sent. */
  readonly suppressed: ReadonlyMap<string, StopList>;
}

/** The records of new messages: their ids and times are fixed from here on. */
export function recordsOf(
  inputs: readonly ParsedMessageInput[],
  broker: Broker,
  at: number,
  traces: SendSpans["traces"],
): MessageRecord[] {
  const { installation } = broker;
  return inputs.map((input, index) =>
    acceptedRecord(input, {
      id: installation.messageId(input.producer, input.idempotencyKey),
      // Under an id by chance nobody hands another message over.
      bodyHash: input.idempotencyKey === undefined ? "" : installation.bodyHash(fingerprint(input)),
      at,
      trace: traces[index],
    }),
  );
}

/** Fixes the work orders. An urgent message travels alone, others in company. */
export function planBatch(
  checked: readonly { readonly record: MessageRecord; readonly list: StopList | undefined }[],
  at: number,
): Batch {
  const records = checked.map(({ record }) => record);
  const suppressed = new Map(
    checked.flatMap(({ record, list }) => (list === undefined ? [] : [[record.id, list] as const])),
  );
  const ready = records.filter(({ id, releaseAt }) => releaseAt <= at && !suppressed.has(id));
  const lanes = Map.groupBy(ready, ({ account, priority, producer }) => `${account} ${priority} ${producer}`);
  const orders = [...lanes.values()].flatMap((lane) => ordersOf(lane, at));
  const jobIds = new Map(orders.flatMap(({ jobId, ids }) => ids.map((id) => [id, jobId] as const)));
  return {
    orders,
    suppressed,
    records: records.map((record) => {
      const jobId = jobIds.get(record.id);
      return jobId === undefined ? record : { ...record, jobId, drivenAt: at };
    }),
  };
}

function ordersOf(lane: readonly MessageRecord[], at: number): PlannedOrder[] {
  const orders: PlannedOrder[] = [];
  const size = lane[0]?.priority === "urgent" ? 1 : MAX_IDS_PER_JOB;
  for (let start = 0; start < lane.length; start += size) {
    const some = lane.slice(start, start + size);
    const [first] = some;
    if (first === undefined) continue;
    const { account, priority, producer } = first;
    orders.push({
      account,
      priority,
      producer,
      jobId: sendJobId(first.id, at),
      ids: some.map(({ id }) => id),
    });
  }
  return orders;
}

/**
 * Stores the records first and adds the orders then: a crash in between leaves records that the sweeper
 * finds, never an order without a record. `repeated` says that the answer to an earlier try was lost: a
 * record of that very moment is then our own. One result per message, in order.
 */
export async function storeBatch(
  { records, orders, suppressed }: Batch,
  broker: Broker,
  repeated: boolean,
): Promise<(Accepted | Refused)[]> {
  const stored = await broker.store.create(records);
  const taken = new Set<string>();
  const repeats: PlannedOrder[] = [];
  const results = records.map((record, index): Accepted | Refused => {
    const found = stored[index];
    if (found?.kind !== "record") {
      return {
        error: new HermodUnavailableError("the record of an earlier message with this key cannot be read"),
      };
    }
    const there = found.record;
    if (there.bodyHash !== record.bodyHash) {
      const issue = { path: "idempotencyKey", message: "was used for another message" };
      return { error: new HermodInputError([issue]) };
    }
    const ours = found.created || (repeated && there.acceptedAt === record.acceptedAt);
    const own = ours && !taken.has(record.id);
    if (own) taken.add(record.id);
    else if (there.state === "queued" && there.releaseAt <= record.acceptedAt)
      repeats.push(repeatedOrder(there));
    return { id: record.id, duplicate: !own };
  });
  const ended = [...taken].filter((id) => suppressed.has(id));
  await suppress(
    stored.flatMap((found) =>
      found.kind === "record" && ended.includes(found.record.id) ? [found.record] : [],
    ),
    suppressed,
    broker,
  );
  const needed = orders
    .map((order) => ({ ...order, ids: [...new Set(order.ids)].filter((id) => taken.has(id)) }))
    .filter(({ ids }) => ids.length > 0);
  const byAccount = Map.groupBy([...needed, ...repeats], ({ account }) => account);
  await Promise.all([...byAccount].map(([account, some]) => broker.queues.add("send", account, some)));
  return results;
}

/** Ends what was stored. A crash before that leaves a message that its worker stops in the same way. */
async function suppress(
  records: readonly MessageRecord[],
  suppressed: Batch["suppressed"],
  broker: Broker,
): Promise<void> {
  const changes = records.flatMap((before) => {
    const list = suppressed.get(before.id);
    if (list === undefined) return [];
    return [{ before, after: apply(before, { type: "suppress", at: before.acceptedAt, list }) }];
  });
  await broker.store.commit(changes);
}

/**
 * The first call may have died before it added the order of a message; however many repeat it, it is the same
 * one.
 */
function repeatedOrder({ id, account, priority, producer, acceptedAt }: MessageRecord): PlannedOrder {
  return { account, priority, producer, jobId: sendJobId(id, acceptedAt), ids: [id] };
}
