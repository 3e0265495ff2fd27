import { Redis } from "ioredis";

/** Bytes that a Redis uses for its data. */
export async function usedMemory(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info("memory");
  redis.disconnect();
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}
