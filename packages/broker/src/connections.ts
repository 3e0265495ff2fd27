import type { Redis } from "ioredis";

/** The connections of a process, and the copies that libraries make of them: they end together. */
export interface Connections {
  /** Counts a connection in, and every copy of it. */
  add(redis: Redis): Redis;
  /** For how long the one that is away longest has been away; 0 while all are there. */
  awayMs(): number;
  /** Ends all of them: whoever waits for an answer on one is told that there will be none. */
  end(): void;
}

export function openConnections(): Connections {
  const open = new Set<Redis>();
  const awaySince = new Map<Redis, number>();
  const add = (redis: Redis): Redis => {
    open.add(redis);
    const duplicate = redis.duplicate.bind(redis);
    // BullMQ makes a copy of its own to wait with, and cannot close without the end of that copy.
    redis.duplicate = (...options) => add(duplicate(...options));
    tellWhenDisconnected(redis);
    outlastSwitch(redis);
    redis.on("ready", () => awaySince.delete(redis));
    redis.on("close", () => awaySince.set(redis, awaySince.get(redis) ?? performance.now()));
    // Ended for good, on purpose.
    redis.on("end", () => awaySince.delete(redis));
    return redis;
  };
  return {
    add,
    awayMs: () => Math.max(0, ...[...awaySince.values()].map((since) => performance.now() - since)),
    end() {
      for (const redis of [...open].reverse()) end(redis);
    },
  };
}

function end(redis: Redis): void {
  if (redis.status === "end") return;
  redis.disconnect();
  rejectSetAside(redis);
}

/**
 * Told to disconnect between two attempts, ioredis makes no further one and tells nobody, so that a worker
 * which closes in that moment waits for ever. An attempt that is broken off is told.
 */
function tellWhenDisconnected(redis: Redis): void {
  const disconnect = redis.disconnect.bind(redis);
  redis.disconnect = (reconnect) => {
    if (reconnect !== true && redis.status === "reconnecting") redis.connect().catch(() => {});
    disconnect(reconnect);
  };
}

interface Attempts {
  /** Told to end, and not to connect again. */
  readonly manuallyClosing: boolean;
  /** A cluster has none. */
  readonly connector?: { readonly stream?: { readonly destroyed: boolean } | null; disconnect(): void };
}

/**
 * Told of a new master in the moment in which it asks a sentinel who that is, ioredis breaks off, ends the connection for good and
 * throws away what waits for it. There is nothing to break off yet: it is about to be told.
 */
function outlastSwitch(redis: Redis): void {
  const attempts = redis as unknown as Attempts;
  const { connector } = attempts;
  if (connector === undefined) return;
  const disconnect = connector.disconnect.bind(connector);
  connector.disconnect = () => {
    const isAsking = redis.status === "connecting" && connector.stream?.destroyed !== false;
    if (!isAsking || attempts.manuallyClosing) disconnect();
  };
}

interface SetAside {
  readonly prevCommandQueue?: {
    shift(): { readonly command: { reject(error: Error): void } } | undefined;
  } | null;
}

/**
 * What a lost connection left unanswered, ioredis sets aside to send it again on the next one. When there is
 * no next one it forgets it, and whoever asked would wait for ever.
 */
function rejectSetAside(redis: Redis): void {
  const { prevCommandQueue } = redis as unknown as SetAside;
  for (let item = prevCommandQueue?.shift(); item !== undefined; item = prevCommandQueue?.shift()) {
    item.command.reject(new Error("Connection is closed."));
  }
}
