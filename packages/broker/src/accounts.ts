import { Announcement } from "@hermod/core/announcement";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { parseJson } from "./parse-json.ts";

/** Tells producers about the accounts of this process. */
export async function announceAccounts(
  redis: Redis,
  keys: Keys,
  accounts: Readonly<Record<string, Announcement>>,
): Promise<void> {
  const fields = Object.entries(accounts).flatMap(([name, announcement]) => [
    name,
    JSON.stringify(announcement),
  ]);
  if (fields.length > 0) await redis.hset(keys.accounts, ...fields);
}

/** The announced accounts; one in a form that this version does not know is left out. */
export async function readAccounts(redis: Redis, keys: Keys): Promise<Map<string, Announcement>> {
  const accounts = new Map<string, Announcement>();
  for (const [name, text] of Object.entries(await redis.hgetall(keys.accounts))) {
    const parsed = Announcement.safeParse(parseJson(text));
    if (parsed.success) accounts.set(name, parsed.data);
  }
  return accounts;
}
