import type { TestProject } from "vitest/node";
import type {} from "./isolated-redis.ts";
import { acquireRedis, type RedisHandle } from "./redis.ts";

let redis: RedisHandle | undefined;

/** One Redis for the run; tests ask for it by `isolatedRedis()`. */
export async function setup(project: TestProject): Promise<void> {
  redis = await acquireRedis({ log: console.log });
  console.log(`redis: ${redis.source}, ${redis.detail}`);
  project.provide("redisUrl", redis.url);
}

export async function teardown(): Promise<void> {
  await redis?.[Symbol.asyncDispose]();
}
