import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Hermod, openClient } from "@hermod/client";
import { type SimulatedProvider, simulations } from "@hermod/simulator/registry";
import { freePort } from "@hermod/testing/free-port";
import { acquireRedis, type RedisHandle } from "@hermod/testing/redis";
import { simulatedAccount } from "../simulated-account.ts";
import { demoProviders } from "./demo-providers.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { unless } from "./interrupts.ts";
import { openPrivateFolder } from "./private-folder.ts";
import { type DemoSimulators, startSimulators } from "./simulators.ts";
import { StageError } from "./stage-error.ts";
import type { AccountTask } from "./standing.ts";

/** Everything the demo runs on. */
export interface Stage extends AsyncDisposable {
  readonly accounts: readonly AccountTask[];
  readonly redis: RedisHandle;
  readonly simulators: DemoSimulators;
  readonly configPath: string;
  readonly fleet: Fleet;
  readonly hermod: Hermod;
}

export interface StageParts {
  readonly seed: number;
  readonly tasks: readonly Omit<AccountTask, "name">[];
  readonly say: (line: string) => void;
  readonly fail: (error: unknown) => void;
  readonly stop: AbortSignal;
}

/**
 * How long after its acceptance a report is waited for. Real accounts wait for days; nobody would watch that. Yet the slowest report
 * (4 s) must be seen even when the worker that was to ask for it is killed, and its order is found again 7 s later (`TIMES`).
 */
export const HORIZON_MS = 12_000;

/** An order of a dead worker is taken up again after its lock has ended and been looked at twice: 5 s and 2 × 1 s. */
const TIMES = { timeoutMs: 2500, lease: { leaseMs: 5000, lockMs: 5000, stalledMs: 1000 } };

/** Starts Redis, the simulators, the processes and the client. When one of them fails, the others are closed again. */
export async function openStage(parts: StageParts): Promise<Stage> {
  const { seed, say, fail, stop } = parts;
  await using stack = new AsyncDisposableStack();
  /** Whatever is being opened is closed again, even if it comes up only after the wait for it was interrupted. */
  const opened = async <T extends AsyncDisposable>(opening: Promise<T>): Promise<T> => {
    stack.defer(async () => await (await opening.catch(() => undefined))?.[Symbol.asyncDispose]());
    return await unless(stop, opening);
  };

  const folder = stack.use(openPrivateFolder());
  const redis = await opened(
    acquireRedis({ log: say }).catch((error: Error) => {
      throw new StageError(error.message, { cause: error });
    }),
  );
  say(`Redis at ${withoutPassword(redis.url)} (${redis.source}, ${redis.detail})`);
  const accounts = parts.tasks.map((task) => ({ ...task, name: accountName(task.provider, redis) }));
  const pushing = accounts.filter(({ provider }) => demoProviders[provider].pushes === true);
  const ingressPort = pushing.length === 0 ? undefined : await freePort();
  const pushToken = randomBytes(16).toString("hex");
  const pushUrls = new Map(
    pushing.map(({ provider, name }) => [
      provider,
      `http://127.0.0.1:${ingressPort}/push/${name}/${pushToken}`,
    ]),
  );
  const providers = accounts.map(({ provider }) => provider);
  const simulators = await opened(startSimulators(seed, providers, pushUrls));
  for (const [provider, url] of simulators.baseUrls)
    say(`${simulations[provider].title} simulated at ${url}`);
  const configPath = join(folder.path, "hermod.yaml");
  await writeFile(configPath, configuration(accounts, simulators, pushToken), { mode: 0o600 });
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: configPath };
  const fleet = stack.use(startFleet({ env, ingressPort, say, fail }));
  await unless(stop, fleet.up);
  const hermod = await opened(openClient({ redisUrl: redis.url }));
  const all = stack.move();
  return {
    accounts,
    redis,
    simulators,
    configPath,
    fleet,
    hermod,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** In a Redis that others use too, nobody else's account may have our name. */
function accountName(provider: SimulatedProvider, { source }: RedisHandle): string {
  const name = `${provider}-demo`;
  return source === "REDIS_URL" ? `${name}-${randomBytes(4).toString("hex")}` : name;
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^@/]*@/, "$1…@");
}

/** JSON is YAML too. The times are short, so that a lost process or a missing report shows within seconds. */
function configuration(
  tasks: readonly AccountTask[],
  { baseUrls }: DemoSimulators,
  pushToken: string,
): string {
  const accounts = tasks.map(({ name, provider, sendPerSecond }) => {
    const { contract, caFile, pushes } = demoProviders[provider];
    const place = {
      baseUrl: baseUrls.get(provider) ?? "",
      contract: { ...simulations[provider].defaults, ...contract },
      ...(caFile === undefined ? {} : { caFile }),
    };
    const fields = {
      ...simulatedAccount(provider, place),
      sendPerSecond,
      statusPerSecond: sendPerSecond * 4,
      timeoutMs: TIMES.timeoutMs,
      check: { minMs: 500, maxMs: 2000, horizonMs: HORIZON_MS },
      reconcile: { settleMs: 2000 },
      ...(pushes === true ? { pushToken, trustPush: true } : {}),
    };
    return [name, fields] as const;
  });
  const whole = { accounts: Object.fromEntries(accounts), lease: TIMES.lease };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}
