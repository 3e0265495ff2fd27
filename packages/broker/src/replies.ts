import type { ChainableCommander, Redis } from "ioredis";

/** The replies of a pipeline; the first failed command throws. */
export async function replies(pipeline: ChainableCommander): Promise<unknown[]> {
  const results = (await pipeline.exec()) ?? [];
  return results.map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

/**
 * Asks for each of some things, in one round trip; the first failed command throws. One alone goes without a pipeline: ioredis copies
 * every script into each new one, which costs more than the command.
 */
export async function repliesTo<Thing>(
  redis: Redis,
  things: readonly Thing[],
  ask: (commander: Redis | ChainableCommander, thing: Thing) => unknown,
): Promise<unknown[]> {
  const [only] = things;
  if (only !== undefined && things.length === 1) return [await ask(redis, only)];
  if (things.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const thing of things) ask(pipeline, thing);
  return await replies(pipeline);
}
