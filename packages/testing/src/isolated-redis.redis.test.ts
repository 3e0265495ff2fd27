import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { isolatedRedis } from "./isolated-redis.ts";

test("each test has a namespace of its own on the one Redis of the run", async () => {
  const [one, other] = [isolatedRedis(), isolatedRedis()];
  expect(one.url).toBe(other.url);
  expect(one.namespace).not.toBe(other.namespace);
  const redis = new Redis(one.url);
  onTestFinished(() => redis.disconnect());
  expect(await redis.ping()).toBe("PONG");
});
