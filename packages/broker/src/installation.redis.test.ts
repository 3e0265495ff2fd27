import { MessageId } from "@hermod/core/job";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { finishUpgrade, openInstallation } from "./installation.ts";
import { RedisUnusableError } from "./redis-unusable-error.ts";

async function openTwo() {
  const { redis } = await openLink();
  const { namespace } = isolatedRedis();
  return { redis, namespace, open: (partitions?: number) => openInstallation(redis, namespace, partitions) };
}

test("the number of partitions cannot change once it is fixed", async () => {
  const { open } = await openTwo();
  expect((await open(4)).keys.partitions).toBe(4);
  const error = await open(8).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RedisUnusableError);
  expect(error).toMatchObject({
    message: expect.stringMatching(/over 4 partitions.*redis\.partitions: 8/),
  });
  expect((await open(4)).keys.partitions).toBe(4);
});

test("of processes that start together with different partitions one kind wins for all", async () => {
  const { open } = await openTwo();
  const results = await Promise.allSettled([2, 3, 2, 3].map((partitions) => open(partitions)));
  const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  expect(opened).toHaveLength(2);
  expect(new Set(opened.map(({ keys }) => keys.partitions)).size).toBe(1);
});

test("a producer takes what is there, and knows when nothing is fixed yet", async () => {
  const { open } = await openTwo();
  expect(await open()).toMatchObject({ fixed: false, keys: { partitions: 1 } });
  await open(4);
  expect(await open()).toMatchObject({ fixed: true, keys: { partitions: 4 } });
});

test("records are whole where an earlier version wrote, until its end is told, and lean where nobody did", async () => {
  const { redis, namespace, open } = await openTwo();
  await redis.hset(`${namespace}:installation`, { idKey: "of an earlier version", partitions: 1 });
  const { recordForm, keys } = await open(1);
  expect(recordForm).toBe("whole");
  await finishUpgrade(redis, keys);
  expect((await open()).recordForm).toBe("lean");
  expect((await (await openTwo()).open()).recordForm).toBe("lean");
});

test("the same idempotency key of the same producer gives the same id in every process", async () => {
  const { open } = await openTwo();
  const [one, other] = [await open(1), await open()];
  expect(one.messageId("shop", "order-1")).toBe(other.messageId("shop", "order-1"));
  const ids = [
    one.messageId("shop", "order-1"),
    one.messageId("shop", "order-2"),
    one.messageId("bank", "order-1"),
    one.messageId("shop", undefined),
    one.messageId("shop", undefined),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test("ids and hashes of another installation are others, so that nobody guesses them without its key", async () => {
  const [one, other] = [await (await openTwo()).open(1), await (await openTwo()).open(1)];
  expect(one.messageId("shop", "+84836106872")).not.toBe(other.messageId("shop", "+84836106872"));
  expect(one.bodyHash("body")).not.toBe(other.bodyHash("body"));
});

test("the key that ids are made with is drawn once, with 256 bits, even when many open at once", async () => {
  const { redis, namespace, open } = await openTwo();
  const all = await Promise.all(Array.from({ length: 10 }, () => open()));
  expect(new Set(all.map((installation) => installation.messageId("shop", "k"))).size).toBe(1);
  expect(new Set(all.map(({ recordForm }) => recordForm))).toEqual(new Set(["lean"]));
  const idKey = await redis.hget(`${namespace}:installation`, "idKey");
  expect(Buffer.from(idKey ?? "", "base64")).toHaveLength(32);
});

test("every id has the form of a message id and uses all of its alphabet", async () => {
  const { open } = await openTwo();
  const { messageId } = await open();
  const ids = Array.from({ length: 500 }, (_, n) => messageId("shop", n % 2 === 0 ? `k${n}` : undefined));
  for (const id of ids) expect(MessageId.safeParse(id).success).toBe(true);
  for (let place = 0; place < 26; place += 1) {
    expect(new Set(ids.map((id) => id[place])).size).toBe(32);
  }
});

test("the hash of a body is always the same for the same body, and short of telling anything about it", async () => {
  const { open } = await openTwo();
  const { bodyHash } = await open();
  expect(bodyHash("body")).toBe(bodyHash("body"));
  expect(bodyHash("body")).not.toBe(bodyHash("bodz"));
  expect(bodyHash("x".repeat(10_000))).toMatch(/^[\w-]{22}$/);
});
