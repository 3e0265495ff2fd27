import type { Redis } from "ioredis";

/** What a server tells about itself to whoever looks after it. */
export interface ServerFacts {
  readonly server: "redis" | "valkey";
  readonly version: string;
  readonly mode: string;
  readonly role: string;
  readonly replicas: number;
  /** In bytes; a limit of 0 is none. */
  readonly memory: { readonly used: number; readonly limit: number };
  /** Whether the last writes of the append-only file and of the snapshot went well. */
  readonly lastWritesFailed: readonly string[];
  /** Until when it has run without a restart, backwards: seconds. */
  readonly uptimeSeconds: number;
  readonly clients: number;
}

/** Reads them; needs no right but INFO. */
export async function readServerFacts(redis: Redis): Promise<ServerFacts> {
  const info = await redis.info();
  const fact = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const valkey = fact("valkey_version");
  const writes = {
    "append-only file": fact("aof_last_write_status"),
    "rewrite of the append-only file": fact("aof_last_bgrewrite_status"),
    snapshot: fact("rdb_last_bgsave_status"),
  };
  return {
    server: valkey === "" ? "redis" : "valkey",
    version: valkey || fact("redis_version"),
    mode: fact("redis_mode"),
    role: fact("role"),
    replicas: Number(fact("connected_slaves")),
    memory: { used: Number(fact("used_memory")), limit: Number(fact("maxmemory")) },
    lastWritesFailed: Object.entries(writes).flatMap(([what, status]) => (status === "err" ? [what] : [])),
    uptimeSeconds: Number(fact("uptime_in_seconds")),
    clients: Number(fact("connected_clients")),
  };
}

/** What the user of a connection may do. */
export interface Rights {
  readonly user: string;
  /** Of what Hermod needs, what is refused; undefined when the server does not tell. */
  readonly lacking: readonly string[] | undefined;
  /** Of what would destroy everything, what is allowed; undefined when the server does not tell. */
  readonly dangerous: readonly string[] | undefined;
}

/** One command of each kind that the processes use, with keys and channels as they have them. */
const NEEDED: readonly (readonly string[])[] = [
  ["HSET", "{hermod:0}:m:x", "s", "1"],
  ["ZADD", "{hermod:0}:timers", "1", "x"],
  ["PEXPIRE", "{hermod:0}:m:x", "1"],
  ["SCAN", "0"],
  ["SET", "hermod:probe", "1"],
  ["HSETNX", "hermod:installation", "x", "1"],
  ["DEL", "{hermod:a:x}:breaker:send"],
  ["EVALSHA", "0".repeat(40), "1", "{hermod}:send.x:wait"],
  ["BZPOPMIN", "{hermod}:send.x:marker", "1"],
  ["XADD", "{hermod}:send.x:events", "*", "x", "1"],
  ["PUBLISH", "{hermod:0}:final:x", "1"],
  ["SUBSCRIBE", "{hermod:0}:final:x"],
  ["TIME"],
  ["INFO"],
];

/** Nothing of Hermod needs these, and each of them ends an installation. */
const DANGEROUS: readonly (readonly string[])[] = [
  ["FLUSHALL"],
  ["CONFIG", "SET", "appendonly", "no"],
  ["SHUTDOWN"],
];

/** Asks the server what this connection's user may do, without doing it (`ACL DRYRUN`). */
export async function readRights(redis: Redis): Promise<Rights | undefined> {
  const whoami = await redis.acl("WHOAMI").catch(() => undefined);
  if (whoami === undefined) return undefined;
  const user = String(whoami);
  const refusedOf = async (commands: typeof NEEDED): Promise<string[] | undefined> => {
    const verdicts = await Promise.all(
      commands.map((command) => redis.call("ACL", "DRYRUN", user, ...command)),
    );
    return commands.filter((_, index) => verdicts[index] !== "OK").map(nameOf);
  };
  const lacking = await refusedOf(NEEDED).catch(() => undefined);
  const harmless = await refusedOf(DANGEROUS).catch(() => undefined);
  const dangerous = harmless && DANGEROUS.map(nameOf).filter((name) => !harmless.includes(name));
  return { user, lacking, dangerous };
}

function nameOf([command = "", word = ""]: readonly string[]): string {
  return command === "CONFIG" ? `${command} ${word}` : command;
}
