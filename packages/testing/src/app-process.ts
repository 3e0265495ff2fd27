import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { waitUntil } from "./wait.ts";

/** One of Hermod's processes, run as an operator runs it. */
export interface AppProcess extends AsyncDisposable {
  readonly pid: number;
  /** What it said so far, standard output and standard error together. */
  readonly lines: readonly string[];
  /** Resolves with the exit code; 128 and the number of the signal when one ended it. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

export interface AppOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Resolve only once it said that it is started; true if nothing is said. */
  readonly untilStarted?: boolean;
  readonly onLine?: (line: string) => void;
}

/**
 * The shell that holds the process: when its input ends, because we let go or because we died in whatever
 * way, it ends the process at once.
 */
const LEASH = `
trap "" PIPE INT
exec 3<&0 2>&1
"$@" </dev/null 3<&- &
app=$!
echo "leash: app $app"
(read -r word <&3; kill -9 "$app") &
reader=$!
wait "$app"
code=$?
kill "$reader"
echo "leash: code $code"
`;

/** Hundreds of processes are started from the same source: compiled once, each starts in half the time. */
const COMPILE_CACHE = fileURLToPath(new URL("../node_modules/.cache/node-compile", import.meta.url));
const START_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 25_000;
const KEPT_LINES = 100_000;

/** Starts `apps/<app>` with this Node and nothing of our environment but PATH. */
export async function startApp(
  app: "worker" | "poller" | "ingress" | "board",
  options: AppOptions,
): Promise<AppProcess> {
  return await startScript(new URL(`../../../apps/${app}/src/main.ts`, import.meta.url), options);
}

/** Starts another script in the same way; it has started when it logs so. */
export async function startScript(
  script: URL,
  { env, untilStarted = true, onLine = () => {} }: AppOptions,
): Promise<AppProcess> {
  const path = fileURLToPath(script);
  const leash = spawn("sh", ["-c", LEASH, "sh", process.execPath, path], {
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ["pipe", "pipe", "ignore"],
    // A group of its own: Ctrl-C is for whoever started the processes, who then ends them in order.
    detached: true,
  });
  const lines: string[] = [];
  const begun = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<number>();
  let over = false;
  createInterface({ input: leash.stdout }).on("line", (line) => {
    const [, word, number] = /^leash: (app|code) (\d+)$/.exec(line) ?? [];
    if (word === "app") return begun.resolve(Number(number));
    if (word === "code") {
      over = true;
      return ended.resolve(Number(number));
    }
    if (lines.length < KEPT_LINES) lines.push(line);
    onLine(line);
  });
  leash.on("error", begun.reject);
  const pid = await begun.promise;
  const started: AppProcess = {
    pid,
    lines,
    ended: ended.promise,
    kill(signal) {
      if (!over) process.kill(pid, signal);
    },
    async [Symbol.asyncDispose]() {
      if (!over) process.kill(pid, "SIGTERM");
      const late = setTimeout(() => leash.stdin.end(), STOP_DEADLINE_MS);
      await ended.promise;
      clearTimeout(late);
      leash.stdin.end();
    },
  };
  if (untilStarted) {
    const isStarted = () => over || lines.some((line) => line.includes('"msg":"started"'));
    await waitUntil(`${path} to start`, isStarted, { timeoutMs: START_DEADLINE_MS }).catch(() => {});
    if (over || !isStarted()) {
      await started[Symbol.asyncDispose]();
      throw new Error(`${path} did not start:\n${lines.slice(-20).join("\n")}`);
    }
  }
  return started;
}
