import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hermod, openClient } from "@hermod/client";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { type OwnRedis, startRedis } from "@hermod/testing/redis";

type App = "worker" | "poller" | "ingress";

/** A whole Hermod with its own Redis and real processes, and where its ingress takes pushes. */
export interface Installation extends AsyncDisposable {
  readonly redis: OwnRedis;
  readonly hermod: Hermod;
  readonly ingress: AppProcess;
  /** Where an account's pushes go. */
  pushUrl(account: string): string;
  /** Where its ingress is. */
  readonly url: string;
  /** Everything that the processes said. */
  said(): string;
}

export const TOKEN = "0123456789abcdef0123456789abcdef";

/** Nobody is asked before a minute is over, unless a push is the reason. */
const SETTINGS = {
  check: { minMs: 60_000, maxMs: 60_000 },
  reconcile: { settleMs: 60_000 },
};

/** What an account of a simulator on this machine may do. */
const LIMITS = { sendPerSecond: 200, statusPerSecond: 200, timeoutMs: 2000, pushToken: TOKEN };

export interface InstallationOptions {
  readonly port: number;
  readonly accounts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Beside the ingress. */
  readonly others?: readonly App[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly logLevel?: string;
}

/** Where an account's pushes go, of an ingress on this port. */
export function pushUrl(port: number, account: string): string {
  return `http://127.0.0.1:${port}/push/${account}/${TOKEN}`;
}

export async function startInstallation({
  port,
  accounts,
  others = [],
  settings = {},
  logLevel = "debug",
}: InstallationOptions): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "hermod-ingress-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const redis = stack.use(await startRedis());
  const configPath = join(directory, "hermod.yaml");
  const limited = Object.entries(accounts).map(([name, account]) => [name, { ...LIMITS, ...account }]);
  const config = { ...SETTINGS, ...settings, accounts: Object.fromEntries(limited) };
  await writeFile(configPath, JSON.stringify(config), { mode: 0o600 });
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: configPath, LOG_LEVEL: logLevel };
  const running = stack.use(new AsyncDisposableStack());
  const start = async (app: App) =>
    running.use(await startApp(app, { env: { ...env, ...(app === "ingress" ? { PORT: `${port}` } : {}) } }));
  const [ingress, ...rest] = await Promise.all([start("ingress"), ...others.map(start)]);
  const hermod = stack.use(await openClient({ redisUrl: redis.url }));
  const owned = stack.move();
  return {
    redis,
    hermod,
    ingress,
    url: `http://127.0.0.1:${port}`,
    pushUrl: (account) => pushUrl(port, account),
    said: () => [ingress, ...rest].flatMap(({ lines }) => lines).join("\n"),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
