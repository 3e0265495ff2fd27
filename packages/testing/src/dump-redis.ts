import { Redis } from "ioredis";

/**
 * Everything that lies in a Redis, a line for each key: its name and its value. Reads, and changes nothing.
 */
export async function dumpRedis(url: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys("*");
    return await Promise.all(
      keys.map(async (key) => `${key} ${JSON.stringify(await contentOf(redis, key))}`),
    );
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case "hash":
      return await redis.hgetall(key);
    case "string":
      return await redis.get(key);
    case "zset":
      return await redis.zrange(key, "0", "-1");
    case "list":
      return await redis.lrange(key, 0, -1);
    case "set":
      return await redis.smembers(key);
    case "stream":
      return await redis.xrange(key, "-", "+");
    case "none":
      // It expired since it was listed.
      return null;
    default:
      throw new Error(`a key of type ${type} cannot be read`);
  }
}
