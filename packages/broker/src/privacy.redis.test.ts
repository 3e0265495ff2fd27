import type { Encryption } from "@hermod/core/config";
import { sendJobId } from "@hermod/core/timer";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import type { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { ACCOUNT, accepted, begun, CANARIES, ENCRYPTIONS, queued } from "../test/samples.ts";
import { connectRedis } from "./connect.ts";
import { consume } from "./consume.ts";
import { openBroker } from "./open-broker.ts";

/** Every key of a namespace, with all that lies under it as it lies there. */
async function everything(redis: Redis, namespace: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "MATCH", `*${namespace}*`, "COUNT", 1000);
    cursor = next;
    for (const key of keys) found.set(key, await contents(redis, key));
  } while (cursor !== "0");
  return found;
}

async function contents(redis: Redis, key: string): Promise<string> {
  const type = await redis.type(key);
  const read: Record<string, () => Promise<unknown>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, "0", "-1"),
    stream: () => redis.xrange(key, "-", "+"),
  };
  // A lock may end between the two looks.
  return JSON.stringify((await read[type]?.()) ?? "");
}

/**
 * Walks messages through store and queue, with a failure of each kind on the way, and tells what then lies in
 * Redis.
 */
async function walk(encryption?: Encryption): Promise<Map<string, string>> {
  const { url, namespace } = isolatedRedis();
  const link = await connectRedis(url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  const retention = () => ({ recordMs: 60_000, textMs: 60_000 });
  await using broker = await openBroker(link, { namespace, encryption, retention, partitions: 2 });
  const { store, queues, installation } = broker;
  const id = installation.messageId("shop", CANARIES.idempotencyKey);
  const bodyHash = installation.bodyHash(CANARIES.text);
  const record = { ...begun(queued(1)), id, bodyHash };
  await store.create([record, queued(2)]);
  await store.commit([{ before: record, after: accepted(record), dueAt: 1 }]);
  const orders = [0, 1, 2].map((index) => ({
    jobId: sendJobId(id, index),
    priority: "normal" as const,
    ids: [id],
  }));
  await queues.add("send", ACCOUNT, orders);
  let handled = 0;
  await using _ = consume({
    redis: link.another(),
    keys: installation.keys,
    kind: "send",
    account: ACCOUNT,
    handle: async () => {
      handled += 1;
      if (handled === 1) throw new Error(`${CANARIES.number} ${CANARIES.text} ${CANARIES.otp}`);
      return handled === 2 ? { kind: "stop", reason: "our own words" } : { kind: "done" };
    },
    concurrency: 1,
    lockMs: 30_000,
    stalledMs: 15_000,
    stopping: new AbortController().signal,
    onError: () => {},
  });
  await waitUntil("all orders to be worked at", () => handled >= 4);
  return await everything(link.redis, namespace);
}

function holders(found: ReadonlyMap<string, string>, canary: string): string[] {
  return [...found]
    .filter(([key, value]) => key.includes(canary) || value.includes(canary))
    .map(([key]) => key);
}

test("with encryption nothing private lies anywhere in Redis, in no key and in no value", async () => {
  const found = await walk(ENCRYPTIONS.first);
  expect(found.size).toBeGreaterThan(8);
  for (const canary of Object.values(CANARIES)) expect(holders(found, canary)).toEqual([]);
});

test("without encryption the number and the text lie in the record and nowhere else", async () => {
  const found = await walk();
  for (const canary of [CANARIES.number, CANARIES.text, CANARIES.otp]) {
    const where = holders(found, canary);
    expect(where).toHaveLength(2);
    expect(where.every((key) => key.includes("}:m:") && !key.includes(canary))).toBe(true);
  }
  expect(holders(found, CANARIES.idempotencyKey)).toEqual([]);
});
