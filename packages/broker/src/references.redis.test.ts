import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { startRedis } from "@hermod/testing/redis";
import { expect, test } from "vitest";
import { connectRedis } from "./connect.ts";
import { keysOf } from "./keys.ts";
import { openReferences } from "./references.ts";

test("numbers are given once each, however many processes take them at the same time", async () => {
  const { url, namespace } = isolatedRedis();
  await using one = await connectRedis(url, "process");
  await using other = await connectRedis(url, "process");
  const takers = [one, other].map(({ redis }) => openReferences(redis, keysOf(namespace)));
  const firsts = await Promise.all(Array.from({ length: 100 }, (_, index) => takers[index % 2]?.allocate(3)));
  const taken = firsts.flatMap((first = 0) => [first, first + 1, first + 2]);
  expect(new Set(taken).size).toBe(300);
  expect(Math.min(...taken)).toBeGreaterThan(0);
  expect(Math.max(...taken)).toBeLessThan(2 ** 31);
});

test("after a restart of Redis, no number comes that may have been given in a forgotten moment", async () => {
  await using server = await startRedis();
  await using link = await connectRedis(server.url, "process");
  const keys = keysOf();
  const references = openReferences(link.redis, keys);
  const last = await references.allocate(1);
  // What a power loss does: the last moments are forgotten.
  await link.redis.hincrby(keys.references, "n", -500);
  await server.kill();
  await server.restart();
  expect(await references.allocate(1)).toBeGreaterThan(last + 1000);
});

test("a Redis that lost everything does not start again with the numbers it began with", async () => {
  const { url, namespace } = isolatedRedis();
  await using link = await connectRedis(url, "process");
  const keys = keysOf(namespace);
  const seconds = Number((await link.redis.time())[0]);
  await openReferences(link.redis, keys).allocate(1);
  expect(Number(await link.redis.hget(keys.references, "n"))).toBeGreaterThanOrEqual(
    (seconds - 1_767_225_600) * 4,
  );
});

test("when the numbers are used up that is told, and nothing beyond 31 bits is given", async () => {
  const { url, namespace } = isolatedRedis();
  await using link = await connectRedis(url, "process");
  const keys = keysOf(namespace);
  const references = openReferences(link.redis, keys);
  await references.allocate(1);
  await link.redis.hset(keys.references, "n", 2 ** 31 - 5);
  await expect(references.allocate(10)).rejects.toThrow(/no reference numbers left/);
});
