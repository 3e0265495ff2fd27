import { Redis } from "ioredis";

/**
 * Bytes of all keys but those of finished jobs, which BullMQ keeps for a while for whoever looks at its
 * queues: a figure for open messages must not grow with what is over.
 */
export async function bytesOfOpenWork(url: string): Promise<number> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys("*");
    const kept = new Set<string>();
    for (const list of keys.filter((key) => /:(completed|failed|events)$/.test(key))) {
      kept.add(list);
      if (list.endsWith(":events")) continue;
      const prefix = list.replace(/[^:]+$/, "");
      for (const id of await redis.zrange(list, "0", "-1")) kept.add(`${prefix}${id}`);
    }
    const pipeline = redis.pipeline();
    for (const key of keys.filter((name) => !kept.has(name))) pipeline.memory("USAGE", key, "SAMPLES", 0);
    const sizes = (await pipeline.exec()) ?? [];
    return sizes.reduce((sum, [, bytes]) => sum + Number(bytes ?? 0), 0);
  } finally {
    redis.disconnect();
  }
}
