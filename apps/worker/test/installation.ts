import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hermod, type MessageInput, openClient } from "@hermod/client";
import { type EtelecomOptions, type EtelecomSimulator, startEtelecom } from "@hermod/simulator/etelecom";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { type OwnRedis, startRedis } from "@hermod/testing/redis";

const ACCOUNT = "etelecom-main";

/** A whole Hermod: its own Redis, a simulator and real processes. */
export interface Installation extends AsyncDisposable {
  readonly redis: OwnRedis;
  readonly simulator: EtelecomSimulator;
  readonly hermod: Hermod;
  readonly env: Readonly<Record<string, string>>;
  /** Starts one more process, which ends with the installation. */
  start(app: "worker" | "poller"): Promise<AppProcess>;
  /** Everything that the processes said. */
  said(): string;
}

export interface InstallationOptions {
  readonly simulator?: Partial<EtelecomOptions>;
  /** Fields of the account, over the ones below. */
  readonly account?: Readonly<Record<string, unknown>>;
  /** Fields beside the accounts, over the ones below. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly workers?: number;
  readonly logLevel?: string;
}

/** Short times, so that everything that takes its time in production happens while a test looks on. */
const SETTINGS = {
  check: { minMs: 100, maxMs: 1000, horizonMs: 3000 },
  reconcile: { settleMs: 500 },
  retry: { delaysMs: [200, 400, 800, 800, 800, 800] },
  breaker: { probeMs: 500 },
  lease: { leaseMs: 4000, lockMs: 5000, stalledMs: 1000 },
};

export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "hermod-test-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const redis = stack.use(await startRedis());
  const simulator = stack.use(await startEtelecom({ seed: 1, ...options.simulator }));
  const configPath = join(directory, "hermod.yaml");
  await writeFile(configPath, JSON.stringify(configuration(simulator.url, options)), { mode: 0o600 });
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: configPath, LOG_LEVEL: options.logLevel ?? "debug" };
  const processes: AppProcess[] = [];
  const running = stack.use(new AsyncDisposableStack());
  const start = async (app: "worker" | "poller"): Promise<AppProcess> => {
    const started = running.use(await startApp(app, { env }));
    processes.push(started);
    return started;
  };
  await start("poller");
  for (let count = options.workers ?? 1; count > 0; count -= 1) await start("worker");
  const hermod = stack.use(await openClient({ redisUrl: redis.url }));
  const owned = stack.move();
  return {
    redis,
    simulator,
    hermod,
    env,
    start,
    said: () => processes.flatMap(({ lines }) => lines).join("\n"),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function configuration(baseUrl: string, { account, settings }: InstallationOptions): unknown {
  return {
    ...SETTINGS,
    ...settings,
    accounts: {
      [ACCOUNT]: {
        provider: "etelecom",
        baseUrl,
        username: "hermod",
        password: "secret",
        sendPerSecond: 200,
        statusPerSecond: 200,
        timeoutMs: 1000,
        ...account,
      },
    },
  };
}

/** A message that can be told from the others at the provider: by its one-time password. */
export function message(otp: string, more: Partial<MessageInput> = {}): MessageInput {
  return { account: ACCOUNT, to: "+84836106872", content: { template: "OTP", params: { otp } }, ...more };
}

/** How often the provider really took the message with this one-time password. */
export function timesAccepted({ log }: EtelecomSimulator, otp: string): number {
  return log.accepted.filter(({ params }) => params["otp"] === otp).length;
}
