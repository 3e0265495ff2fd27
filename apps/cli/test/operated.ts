import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hermod, openClient } from "@hermod/client";
import { type EtelecomSimulator, startEtelecom } from "@hermod/simulator/etelecom";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { startApp } from "@hermod/testing/app-process";
import { type OwnRedis, startRedis } from "@hermod/testing/redis";
import { type Cli, runCli } from "./run-cli.ts";

/** A whole Hermod of real processes, as an operator meets it in a shell. */
export interface Operated extends AsyncDisposable {
  readonly redis: OwnRedis;
  readonly hermod: Hermod;
  readonly simulator: EtelecomSimulator;
  /** Starts a command that goes on. */
  begin(line: string): Promise<Cli>;
  /** Runs a command; `config` stands in for the configuration of the processes. */
  run(line: string, config?: unknown): Promise<{ code: number | null; said: string; printed: string }>;
}

/** Short times, so that a test need not wait for what takes hours in production. */
const SETTINGS = {
  check: { minMs: 100, maxMs: 1000, horizonMs: 60_000 },
  lease: { leaseMs: 4000, lockMs: 5000, stalledMs: 1000 },
};

/** Starts one account, `main`, with a worker and a poller. */
export async function startOperated(): Promise<Operated> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "hermod-operated-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const simulator = stack.use(await startEtelecom({ seed: 1, plan: () => delivered(200) }));
  const redis = stack.use(await startRedis());
  const path = join(directory, "hermod.yaml");
  await writeFile(path, JSON.stringify(configOf(simulator.url)), { mode: 0o600 });
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: path };
  stack.use(await startApp("poller", { env }));
  stack.use(await startApp("worker", { env }));
  const hermod = stack.use(await openClient({ redisUrl: redis.url }));
  let others = 0;
  const owned = stack.move();
  return {
    redis,
    hermod,
    simulator,
    begin: (line) => runCli(line.split(" "), env),
    async run(line, config) {
      others += 1;
      const own = config === undefined ? path : join(directory, `${others}.yaml`);
      if (config !== undefined) await writeFile(own, JSON.stringify(config), { mode: 0o600 });
      await using cli = await runCli(line.split(" "), { ...env, HERMOD_CONFIG: own });
      const code = await cli.ended;
      return { code, said: cli.said(), printed: cli.printed() };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The configuration of one account at a simulator; `more` goes over the account's fields. */
export function configOf(baseUrl: string, more: Readonly<Record<string, unknown>> = {}) {
  const account = { provider: "etelecom", baseUrl, username: "hermod", password: "secret", timeoutMs: 1000 };
  const limits = { sendPerSecond: 50, statusPerSecond: 50 };
  return { ...SETTINGS, accounts: { main: { ...account, ...limits, ...more } } };
}
