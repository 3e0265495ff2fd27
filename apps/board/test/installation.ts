import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hermod, openClient } from "@hermod/client";
import { startEtelecom } from "@hermod/simulator/etelecom";
import type { ChoosePlan } from "@hermod/simulator/etelecom/plan";
import { startApp } from "@hermod/testing/app-process";
import { type OwnRedis, startRedis } from "@hermod/testing/redis";
import { type BoardProcess, startBoard } from "./started-board.ts";

/** Two good accounts, and one whose password is wrong: what is given to it is held. */
const ACCOUNTS = ["etelecom-main", "etelecom-night", "etelecom-locked"] as const;

/** A whole Hermod of real processes, with a board. */
export interface Installation extends AsyncDisposable {
  readonly redis: OwnRedis;
  readonly hermod: Hermod;
  readonly board: BoardProcess;
}

export interface InstallationOptions {
  readonly plan: ChoosePlan;
  /** Variables of the board. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Short times, so that a test need not wait for what takes hours in production. */
const SETTINGS = {
  check: { minMs: 200, maxMs: 2000, horizonMs: 60_000 },
  breaker: { probeMs: 600_000 },
  lease: { leaseMs: 4000, lockMs: 5000, stalledMs: 1000 },
};

/** Starts all of it. */
export async function startInstallation({ plan, env = {} }: InstallationOptions): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.use(await startEtelecom({ seed: 1, plan }));
  const redis = stack.use(await startRedis());
  const directory = await mkdtemp(join(tmpdir(), "hermod-board-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const accounts = ACCOUNTS.map((name) => [
    name,
    {
      provider: "etelecom",
      baseUrl: simulator.url,
      username: "hermod",
      password: name === "etelecom-locked" ? "wrong" : "secret",
      sendPerSecond: 40,
      statusPerSecond: 200,
      timeoutMs: 1000,
    },
  ]);
  const path = join(directory, "hermod.yaml");
  await writeFile(path, JSON.stringify({ ...SETTINGS, accounts: Object.fromEntries(accounts) }));
  const shared = { REDIS_URL: redis.url, HERMOD_CONFIG: path };
  stack.use(await startApp("poller", { env: shared }));
  stack.use(await startApp("worker", { env: shared }));
  const board = stack.use(await startBoard({ ...shared, ...env }));
  const hermod = stack.use(await openClient({ redisUrl: redis.url }));
  const owned = stack.move();
  return { redis, hermod, board, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
