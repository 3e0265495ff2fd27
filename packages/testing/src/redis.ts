import { findProgram } from "./find-program.ts";
import { startContainer } from "./redis-container.ts";
import { debianServer } from "./redis-debian.ts";
import { type OwnServer, startServer } from "./redis-server.ts";
import type { RedisSettings } from "./redis-settings.ts";

export interface RedisHandle extends AsyncDisposable {
  readonly url: string;
  readonly source: "REDIS_URL" | "binary" | "container" | "debian";
  /** Which binary or image it is. */
  readonly detail: string;
}

/** A Redis that this process started and may kill. */
export type OwnRedis = RedisHandle & OwnServer;

export interface RedisOptions {
  /** Of a server that we start, by the names of redis.conf: `requirepass`, `port`, `appendonly`, … */
  readonly settings?: RedisSettings;
  readonly image?: string;
  readonly log?: (line: string) => void;
  /** How long a container engine may take to answer at all. */
  readonly engineTimeoutMs?: number;
}

/** A Redis by the first means at hand: the one REDIS_URL names, or one of our own. */
export async function acquireRedis(options: RedisOptions = {}): Promise<RedisHandle> {
  const url = process.env["REDIS_URL"];
  if (url) return { url, source: "REDIS_URL", detail: "given", [Symbol.asyncDispose]: async () => {} };
  return await startRedis(options);
}

/**
 * A Redis of our own, whatever REDIS_URL says: a server binary, a container, or Debian's package unpacked
 * privately. It writes each command to its disk before it answers, listens on this machine only, and ends
 * with this process.
 */
export async function startRedis(options: RedisOptions = {}): Promise<OwnRedis> {
  const { settings = {}, image = "redis:8-alpine", log = () => {}, engineTimeoutMs } = options;

  const binary = process.env["REDIS_SERVER"] || (await findProgram("valkey-server", "redis-server"));
  if (binary) return named(await startServer([binary], { settings }), "binary", binary);

  const missed = ["REDIS_SERVER is not set, and neither valkey-server nor redis-server is on PATH"];
  try {
    const limits = engineTimeoutMs === undefined ? {} : { engineTimeoutMs };
    return named(await startContainer({ image, settings, ...limits }), "container", image);
  } catch (error) {
    missed.push(`no container of ${image}: ${(error as Error).message}`);
  }

  if (await findProgram("apt-get")) {
    try {
      const command = await debianServer({ log });
      return named(await startServer(command, { settings }), "debian", command.at(-1) ?? "");
    } catch (error) {
      missed.push(`Debian's package: ${(error as Error).message}`);
    }
  } else {
    missed.push("Debian's package: there is no apt-get here");
  }
  throw new Error(noRedis(missed));
}

function named(server: OwnServer, source: OwnRedis["source"], detail: string): OwnRedis {
  return { ...server, source, detail };
}

function noRedis(missed: readonly string[]): string {
  return [
    "No Redis is at hand:",
    process.env["REDIS_URL"]
      ? "  - REDIS_URL is set, but this needs a Redis of its own"
      : "  - REDIS_URL is not set",
    ...missed.map((line) => `  - ${line}`),
    "Any one of these will do:",
    "  - REDIS_URL=redis://host:6379 before the command",
    "  - a local server: brew install valkey, or apt-get install redis-server",
    "  - REDIS_SERVER=/path/to/redis-server before the command",
    "  - a running Docker, Podman or Colima",
  ].join("\n");
}
