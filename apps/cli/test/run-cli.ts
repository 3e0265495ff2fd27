import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The command line, run as a user runs it, with a temporary folder that shows what it leaves behind. */
export interface Cli extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What it said so far. */
  said(): string;
  /** The part of it that went to standard output. */
  printed(): string;
  /** Resolves with its exit code; a signal that ended it in an unorderly way gives null. */
  readonly ended: Promise<number | null>;
  leftovers(): Promise<string[]>;
}

/** Below the deadline of the longest test: what hangs is ended, so that the test fails and leaves nothing running. */
const DEADLINE_MS = 100_000;

/** Starts it; `env` comes on top of ours, without REDIS_URL. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cli> {
  const folder = await mkdtemp(join(tmpdir(), "hermod-cli-test-"));
  // biome-ignore lint/style/noProcessEnv: the ladder to Redis needs PATH, HOME and more.
  const { REDIS_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...inherited, TMPDIR: folder, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  let said = "";
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (some: string) => {
      said += some;
      if (stream === child.stdout) printed += some;
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    process: child,
    said: () => said,
    printed: () => printed,
    ended,
    leftovers: () => readdir(folder),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a process of this id is alive. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
