import { setTimeout } from "node:timers/promises";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { StageError } from "./stage-error.ts";

/** The demo's workers and poller, and an ingress where a provider pushes: real processes, each started again when it ends. */
export interface Fleet extends AsyncDisposable {
  /** By name, as they run now. */
  readonly pids: ReadonlyMap<string, number>;
  /** How many ended without having been told to. */
  losses(): number;
}

export interface FleetParts {
  readonly env: Readonly<Record<string, string>>;
  /** Where an ingress listens; there is none without it. */
  readonly ingressPort: number | undefined;
  readonly say: (line: string) => void;
  /** Told when a process cannot be started, at first or again. */
  readonly fail: (error: unknown) => void;
}

type App = "worker" | "poller" | "ingress";

const MEMBERS: readonly (readonly [name: string, app: App])[] = [
  ["worker 1", "worker"],
  ["worker 2", "worker"],
  ["poller", "poller"],
  ["ingress", "ingress"],
];

/** As an orchestrator would wait, so that a process that always ends at once does not take the whole machine. */
const RESTART_MS = 1000;
const LAST_LINES = 15;

/** Starts them all at once; `up` resolves when all run. To be disposed of from the start: some may run when another cannot. */
export function startFleet({
  env,
  ingressPort,
  say,
  fail,
}: FleetParts): Fleet & { readonly up: Promise<unknown> } {
  const closing = new AbortController();
  const closed = Promise.withResolvers<"closed">();
  const pids = new Map<string, number>();
  let losses = 0;

  const keepRunning = async (name: string, app: App, onUp: () => void): Promise<void> => {
    const own = app === "ingress" ? { ...env, PORT: `${ingressPort}` } : env;
    while (!closing.signal.aborted) {
      const running = await startOne(app, own);
      pids.set(name, running.pid);
      say(`${name} runs, pid ${running.pid}`);
      onUp();
      const code = await Promise.race([running.ended, closed.promise]);
      if (code === "closed") return await running[Symbol.asyncDispose]();
      losses += 1;
      say(`${name} ended with code ${code}; it is started again in ${RESTART_MS / 1000} s`);
      await setTimeout(RESTART_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  };

  const wanted = MEMBERS.filter(([, app]) => app !== "ingress" || ingressPort !== undefined);
  const members = wanted.map(([name, app]) => {
    const up = Promise.withResolvers<void>();
    const over = keepRunning(name, app, up.resolve).catch((error: unknown) => {
      up.reject(error);
      fail(error);
    });
    return { up: up.promise, over };
  });
  return {
    pids,
    up: Promise.all(members.map(({ up }) => up)),
    losses: () => losses,
    async [Symbol.asyncDispose]() {
      closing.abort();
      closed.resolve("closed");
      await Promise.all(members.map(({ over }) => over));
    },
  };
}

async function startOne(app: App, env: FleetParts["env"]): Promise<AppProcess> {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  };
  try {
    return await startApp(app, { env, onLine });
  } catch (error) {
    const said = lines.length === 0 ? "  (nothing)" : lines.map((line) => `  ${line}`).join("\n");
    throw new StageError(`The ${app} did not start. The last it said:\n${said}`, { cause: error });
  }
}
