import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./find-program.ts";
import { type OwnRedis, startRedis } from "./redis.ts";
import { debianServer } from "./redis-debian.ts";
import { startServer } from "./redis-server.ts";
import type { RedisSettings } from "./redis-settings.ts";

/** A real master with a replica, and a sentinel that makes the one the other when it dies. */
export interface GuardedRedis extends AsyncDisposable {
  /** The address of the sentinel, as an operator would give it. */
  readonly url: string;
  readonly master: OwnRedis;
  readonly replica: OwnRedis;
}

/**
 * Starts all three, with these settings. The sentinel needs a server of this machine: a container has no file that it could
 * write.
 */
export async function startGuarded(settings: RedisSettings = {}): Promise<GuardedRedis> {
  await using stack = new AsyncDisposableStack();
  // The first replica is not kept waiting for further ones.
  const master = stack.use(await startRedis({ settings: { ...settings, "repl-diskless-sync-delay": "0" } }));
  const { protocol, port } = new URL(master.url);
  const replica = stack.use(await startRedis({ settings: { ...settings, replicaof: `127.0.0.1 ${port}` } }));
  const folder = await mkdtemp(join(tmpdir(), "hermod-sentinel-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "sentinel.conf");
  await writeFile(
    file,
    [
      `sentinel monitor main 127.0.0.1 ${port} 1`,
      "sentinel down-after-milliseconds main 500",
      "sentinel failover-timeout main 2000",
      "",
    ].join("\n"),
  );
  const binary = process.env["REDIS_SERVER"] || (await findProgram("valkey-server", "redis-server"));
  const command = binary ? [binary] : await debianServer();
  const sentinel = stack.use(await startServer([...command, file, "--sentinel"], { settings }));
  const owned = stack.move();
  return {
    url: `${protocol.replace(":", "")}+sentinel://${new URL(sentinel.url).host}/main`,
    master,
    replica,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
