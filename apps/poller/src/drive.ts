import type { Broker } from "@hermod/broker/open-broker";
import { apply } from "@hermod/core/apply";
import { MAX_IDS_PER_JOB } from "@hermod/core/job";
import type { MessageRecord } from "@hermod/core/record";
import { sendJobId } from "@hermod/core/timer";

/** Gives each message a work order. One whose order is still alive only gets a later timer. */
export async function drive(broker: Broker, at: number, records: readonly MessageRecord[]): Promise<void> {
  const { store, queues } = broker;
  // Many messages share an order.
  const asked = new Map<string, Promise<boolean>>();
  const isLive = (account: string, jobId: string): Promise<boolean> => {
    const name = `${account} ${jobId}`;
    const answer = asked.get(name) ?? queues.isLive("send", account, jobId);
    asked.set(name, answer);
    return answer;
  };
  const live = await Promise.all(
    records.map(async ({ account, jobId, drivenAt, releaseAt }) => {
      return drivenAt > 0 && drivenAt >= releaseAt && (await isLive(account, jobId));
    }),
  );
  for (const group of groupsOf(records.filter((_, index) => live[index] !== true))) {
    const [first] = group;
    if (first === undefined) continue;
    const jobId = sendJobId(first.id, at);
    const { account, priority, producer } = first;
    const ids = group.map(({ id }) => id);
    // First the order: a record that names one that never came would wait for it, and one order too many does no harm.
    await queues.add("send", account, [{ jobId, priority, producer, ids }]);
    await store.commit(
      group.map((before) => ({ before, after: apply(before, { type: "drive", at, jobId }) })),
      "always",
    );
  }
  const alive = records.filter((_, index) => live[index] === true);
  await store.commit(
    alive.map((before) => ({ before, after: apply(before, { type: "drive", at, jobId: before.jobId }) })),
    "always",
  );
}

/**
 * Messages that can share a work order: of one account, lane and producer, as many as an order carries. Whoever died with a
 * message in hand may have died of it: that one goes alone.
 */
function groupsOf(records: readonly MessageRecord[]): MessageRecord[][] {
  const lanes = Map.groupBy(records, ({ id, account, priority, producer, crashes }) =>
    crashes > 0 ? id : `${account} ${priority} ${producer}`,
  );
  return [...lanes.values()].flatMap((lane) => {
    const count = Math.ceil(lane.length / MAX_IDS_PER_JOB);
    return Array.from({ length: count }, (_, index) =>
      lane.slice(index * MAX_IDS_PER_JOB, (index + 1) * MAX_IDS_PER_JOB),
    );
  });
}
