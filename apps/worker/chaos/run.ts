import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openClient } from "@hermod/client";
import { mulberry32 } from "@hermod/simulator/random";
import { startApp } from "@hermod/testing/app-process";
import { startRedis } from "@hermod/testing/redis";
import { openCrew, type Seats } from "./crew.ts";
import { openCuttingRelay } from "./cutting-relay.ts";
import { insist } from "./insist.ts";
import { type Deeds, rage } from "./nemesis.ts";
import { type Handed, produce } from "./producers.ts";
import { type ChaosProvider, type ProviderName, startProviders } from "./providers.ts";
import { type Row, rowsOf } from "./rows.ts";
import { FREEZE_MS, TIMES } from "./times.ts";
import { judge, type Told, truthAt, type Verdict } from "./verdict.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Of each row. */
  readonly messages: number;
  readonly providers: readonly ProviderName[];
  /** How long after the faults a message is worth delivering that may end in doubt. */
  readonly afterwardsMs?: { readonly "if told": number; readonly "may be": number };
}

export interface ChaosReport {
  readonly verdicts: readonly Verdict[];
  readonly deeds: Deeds;
  /** Processes that ended by themselves. */
  readonly crashes: readonly string[];
  /** From the end of the faults until all was final. */
  readonly convergedMs: number;
}

/** A lost answer of a poller costs a message this long, and a probe of an account that dies half of it. */
const CONVERGES_MS = 200_000;
const ALIVE_MS = 600_000;
/** For what is in doubt after the faults: those that nobody can settle end with their expiry. */
const AFTERWARDS_MS = { "if told": 45_000, "may be": 25_000 };

/** For the first processes to start. */
const START_MS = 60_000;

const WORKERS = 3;
const POLLERS = 2;

/** Runs Hermod through so many seconds of faults, waits until it has recovered, and holds its word against the truth. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, seconds, afterwardsMs = AFTERWARDS_MS } = options;
  const durationMs = seconds * 1000;
  const rows = rowsOf(options.providers);
  await using stack = new AsyncDisposableStack();
  const providers = await startProviders(options.providers, { ...TIMES, seed, durationMs }, stack);
  const redis = stack.use(await startRedis());
  const relay = stack.use(await openCuttingRelay(redis.url));
  const configPath = await writeConfig(providers, durationMs, stack);
  const env = { REDIS_URL: relay.url, HERMOD_CONFIG: configPath, LOG_LEVEL: "info" };
  const seat = (app: "worker" | "poller", count: number): Seats => {
    return { kind: app, count, start: () => startApp(app, { env, untilStarted: false }) };
  };
  const crew = stack.use(openCrew([seat("poller", POLLERS), seat("worker", WORKERS)]));
  await announced(redis.url, providers);

  const over = AbortSignal.timeout(durationMs);
  const tooLate = AbortSignal.timeout(durationMs + CONVERGES_MS);
  const chance = mulberry32(seed);
  const handing = produce(
    {
      redisUrl: relay.url,
      rows,
      messages: options.messages,
      durationMs,
      expiresInMs: ({ untaken }, leftMs) =>
        Math.ceil(leftMs + (untaken === "never" ? ALIVE_MS : afterwardsMs[untaken])),
    },
    tooLate,
  );
  const deeds = await rage({ crew, relay, redis, chance, freezeMs: FREEZE_MS }, over);
  for (const provider of providers) provider.behave();
  const calmAt = performance.now();
  const handed = await handing;
  const told = await toldOf(redis.url, handed, tooLate);
  const convergedMs = performance.now() - calmAt;
  const truthOf = truthAt(providers);
  return {
    verdicts: rows.map((row) => judge(row, told.get(row) ?? [], truthOf)),
    deeds,
    crashes: crew.crashes,
    convergedMs,
  };
}

/** Writes the configuration of accounts at these providers, and returns its path. */
export async function writeConfig(
  providers: readonly ChaosProvider[],
  durationMs: number,
  stack: AsyncDisposableStack,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hermod-chaos-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const { timeoutMs, settleMs, ...lease } = TIMES;
  const limits = { sendPerSecond: 50, statusPerSecond: 50, connections: 8, timeoutMs };
  const config = {
    accounts: Object.fromEntries(providers.map(({ name, account }) => [name, { ...limits, ...account }])),
    check: { minMs: 100, maxMs: 1000, horizonMs: durationMs + ALIVE_MS },
    reconcile: { settleMs },
    retry: { delaysMs: Array.from({ length: 50 }, () => 500) },
    breaker: { probeMs: 500, windowMs: 5000 },
    failover: { afterMs: 2000 },
    // Whether a process that comes late ends itself is the matter of other tests; on a busy machine all of them are late.
    health: { stuckMs: 600_000 },
    lease,
  };
  const path = join(directory, "hermod.yaml");
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** Producers can name an account only once a process has announced it. */
async function announced(redisUrl: string, providers: readonly ChaosProvider[]): Promise<void> {
  const inTime = AbortSignal.timeout(START_MS);
  await using hermod = await insist(() => openClient({ redisUrl }), inTime);
  const route = providers.map(({ name }) => name);
  for (;;) {
    const known = await hermod
      .measure({ route, content: { text: "x", template: "OTP" } })
      .catch(() => inTime.throwIfAborted());
    if (known !== undefined) return;
    await delay(100);
  }
}

/** What producers are told of each message, once all of them are final or it is too late. */
async function toldOf(
  redisUrl: string,
  handed: readonly Handed[],
  tooLate: AbortSignal,
): Promise<Map<Row, Told[]>> {
  await using hermod = await insist(() => openClient({ redisUrl }), tooLate);
  const views = new Map<string, NonNullable<Told["view"]>>();
  let open = handed.flatMap(({ id }) => (id === undefined ? [] : [id]));
  for (;;) {
    for (let start = 0; start < open.length; start += 100) {
      const some = await Promise.all(
        open.slice(start, start + 100).map((id) => insist(() => hermod.get(id), tooLate)),
      );
      for (const view of some) if (view !== undefined) views.set(view.id, view);
    }
    open = open.filter((id) => views.get(id)?.final !== true);
    if (open.length === 0 || tooLate.aborted) break;
    await delay(500);
  }
  const told = handed.map(({ row, tag, id }) => {
    const view = id === undefined ? undefined : views.get(id);
    return { row, told: { tag, acknowledged: id !== undefined, ...(view === undefined ? {} : { view }) } };
  });
  const byRow = Map.groupBy(told, ({ row }) => row);
  return new Map([...byRow].map(([row, some]) => [row, some.map((one) => one.told)]));
}
