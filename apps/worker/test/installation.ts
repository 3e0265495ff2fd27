import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Hermod,
  HermodUnavailableError,
  type MessageInput,
  type MessageView,
  openClient,
} from "@hermod/client";
import { type EtelecomOptions, type EtelecomSimulator, startEtelecom } from "@hermod/simulator/etelecom";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { type OwnRedis, startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";

const ACCOUNT = "etelecom-main";

/** A whole Hermod with its own Redis and real processes. */
export interface Installation extends AsyncDisposable {
  readonly redis: OwnRedis;
  readonly hermod: Hermod;
  readonly env: Readonly<Record<string, string>>;
  /** Starts one more process, which ends with the installation; `more` goes over its environment. */
  start(app: "worker" | "poller" | "ingress", more?: Readonly<Record<string, string>>): Promise<AppProcess>;
  /** Everything that the processes said. */
  said(): string;
}

interface ProcessOptions {
  /** Fields beside the accounts, over the ones below. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly workers?: number;
  readonly pollers?: number;
  readonly logLevel?: string;
  /** Opens what stands between Redis and the processes; the client speaks to Redis itself. */
  readonly before?: (redisUrl: string) => Promise<AsyncDisposable & { readonly url: string }>;
}

/** Short times, so that everything that takes its time in production happens while a test looks on. */
const SETTINGS = {
  check: { minMs: 100, maxMs: 1000, horizonMs: 3000 },
  reconcile: { settleMs: 500 },
  retry: { delaysMs: [200, 400, 800, 800, 800, 800] },
  breaker: { probeMs: 500 },
  lease: { leaseMs: 4000, lockMs: 5000, stalledMs: 1000 },
};

/** What an account of a simulator on this machine may do. */
const LIMITS = { sendPerSecond: 200, statusPerSecond: 200, timeoutMs: 1000 };

export interface EtelecomInstallation extends Installation {
  readonly simulator: EtelecomSimulator;
}

export interface EtelecomInstallationOptions extends ProcessOptions {
  readonly simulator?: Partial<EtelecomOptions>;
  /** Fields of the account, over the ones above. */
  readonly account?: Readonly<Record<string, unknown>>;
  /** Further accounts. */
  readonly more?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Hermod with one eTelecom account at a simulator. */
export async function startInstallation(
  options: EtelecomInstallationOptions = {},
): Promise<EtelecomInstallation> {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.use(await startEtelecom({ seed: 1, ...options.simulator }));
  const account = { provider: "etelecom", baseUrl: simulator.url, username: "hermod", password: "secret" };
  const accounts = { [ACCOUNT]: { ...account, ...options.account }, ...options.more };
  const installation = stack.use(await startWithAccounts(accounts, options));
  const owned = stack.move();
  return { ...installation, simulator, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Hermod with these accounts. */
export async function startWithAccounts(
  accounts: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  { settings, workers = 1, pollers = 1, logLevel = "debug", before }: ProcessOptions = {},
): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "hermod-test-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const redis = stack.use(await startRedis());
  const configPath = join(directory, "hermod.yaml");
  const limited = Object.entries(accounts).map(([name, account]) => [name, { ...LIMITS, ...account }]);
  const config = { ...SETTINGS, ...settings, accounts: Object.fromEntries(limited) };
  await writeFile(configPath, JSON.stringify(config), { mode: 0o600 });
  const { url } = before === undefined ? redis : stack.use(await before(redis.url));
  const env = { REDIS_URL: url, HERMOD_CONFIG: configPath, LOG_LEVEL: logLevel };
  const processes: AppProcess[] = [];
  const running = stack.use(new AsyncDisposableStack());
  const start: Installation["start"] = async (app, more = {}) => {
    const started = running.use(await startApp(app, { env: { ...env, ...more } }));
    processes.push(started);
    return started;
  };
  for (let count = pollers; count > 0; count -= 1) await start("poller");
  for (let count = workers; count > 0; count -= 1) await start("worker");
  const hermod = stack.use(await openClient({ redisUrl: redis.url }));
  const owned = stack.move();
  return {
    redis,
    hermod,
    env,
    start,
    said: () => processes.flatMap(({ lines }) => lines).join("\n"),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Hands messages over until each is acknowledged, also while Redis is away or the machine is busy; tells their ids. */
export async function handedOver(
  { hermod }: Pick<Installation, "hermod">,
  messages: readonly MessageInput[],
): Promise<string[]> {
  const keyed = messages.map((one) => ({ idempotencyKey: randomUUID(), ...one }));
  const ids = keyed.map(() => "");
  const handOver = async (): Promise<boolean> => {
    const missing = keyed.flatMap((input, index) => (ids[index] === "" ? [{ input, index }] : []));
    const results = await hermod.sendMany(missing.map(({ input }) => input)).catch(() => []);
    for (const [place, result] of results.entries()) {
      if ("error" in result && !(result.error instanceof HermodUnavailableError)) throw result.error;
      if ("id" in result) ids[missing[place]?.index ?? 0] = result.id;
    }
    return !ids.includes("");
  };
  await waitUntil("all to be taken", handOver, { timeoutMs: 30_000 });
  return ids;
}

/** Hands messages over and waits until each of them is final. */
export async function finalViews(
  { hermod }: Installation,
  messages: readonly MessageInput[],
  timeoutMs = 25_000,
): Promise<MessageView[]> {
  const results = await hermod.sendMany(messages);
  return await Promise.all(
    results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs })),
  );
}

/** A message that can be told from the others at the provider: by its one-time password. */
export function message(otp: string, more: Partial<MessageInput> = {}): MessageInput {
  return { account: ACCOUNT, to: "+84836106872", content: { template: "OTP", params: { otp } }, ...more };
}

/** How often the provider really took the message with this one-time password. */
export function timesAccepted({ log }: EtelecomSimulator, otp: string): number {
  return log.accepted.filter(({ params }) => params["otp"] === otp).length;
}
