import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { waitUntil } from "./wait.ts";

/** Connections of a Redis that an operator can kill. */
export interface BlockedClients extends Disposable {
  /** Kills those that were found. */
  kill(): Promise<void>;
}

/** Waits until so many connections of other processes wait with BZPOPMIN, as BullMQ's workers do. */
export async function blockedClients(url: string, count: number): Promise<BlockedClients> {
  const operator = new Redis(url);
  const ids = await waitUntil(`${count} connections that wait`, async () => {
    const list = String(await operator.client("LIST"));
    const found = [...list.matchAll(/^id=(\d+) .* cmd=bzpopmin /gm)].map(([, id = ""]) => id);
    return found.length === count && found;
  });
  return {
    async kill() {
      for (const id of ids) await operator.client("KILL", "ID", id);
    },
    [Symbol.dispose]: () => operator.disconnect(),
  };
}

/** Kills every connection, so many times in a row. */
export async function killClients(url: string, times: number, everyMs: number): Promise<void> {
  const operator = new Redis(url);
  for (let left = times; left > 0; left -= 1) {
    await operator.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await setTimeout(everyMs);
  }
  operator.disconnect();
}
