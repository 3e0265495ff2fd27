import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { durable, listening, type RedisSettings, redisUrl } from "./redis-settings.ts";

/** A Redis that we started: it can be killed as a power cut would, and come back with what it had written. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it with SIGKILL, keeping its directory. */
  kill(): Promise<void>;
  /** Starts it again on the same port and directory. */
  restart(): Promise<void>;
  /** Stops it as it is: connections stay, and nothing is answered until it thaws. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

export interface ServerOptions {
  readonly settings?: RedisSettings;
  /** Which port to try next; a test gives one that is taken. */
  readonly nextPort?: () => number;
}

const START_DEADLINE_MS = 15_000;
const RESTART_DEADLINE_MS = 5000;
const PORT_TRIES = 20;

/** Starts a server by its command line, on a port and in a directory of its own. */
export async function startServer(
  command: readonly string[],
  { settings = {}, nextPort = anyPort }: ServerOptions = {},
): Promise<OwnServer> {
  const run = (dir: string, port: number) =>
    startOnce(command, dir, { ...settings, ...listening(port, settings) });
  const wanted = settings["port"];
  const first = await onFreePort(run, wanted === undefined ? nextPort : () => Number(wanted));
  const { dir, port } = first;
  let { held } = first;
  let closed: Promise<void> | undefined;

  return {
    url: redisUrl("127.0.0.1", port, settings),
    async kill() {
      process.kill(held.pid, "SIGKILL");
      await held.ended;
    },
    async restart() {
      if (!held.hasEnded()) throw new Error("This Redis runs; kill it before it can restart.");
      const previous = held;
      held = await until(RESTART_DEADLINE_MS, () => run(dir, port));
      await letGo(previous, "keep\n");
    },
    async freeze() {
      process.kill(held.pid, "SIGSTOP");
    },
    async thaw() {
      process.kill(held.pid, "SIGCONT");
    },
    async [Symbol.asyncDispose]() {
      closed ??= letGo(held);
      await closed;
    },
  };
}

/**
 * Below what systems hand out by themselves (Linux from 32768, macOS from 49152): nobody's outgoing
 * connection takes the port while a killed server is away, and a client that keeps dialling it cannot meet
 * itself (TCP's simultaneous open).
 */
function anyPort(): number {
  return 20_000 + Math.floor(Math.random() * 12_000);
}

async function onFreePort(run: (dir: string, port: number) => Promise<Held>, nextPort: () => number) {
  for (let tried = 1; ; tried++) {
    const dir = await mkdtemp(join(tmpdir(), "hermod-redis-"));
    const port = nextPort();
    try {
      return { dir, port, held: await run(dir, port) };
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      if (!(error instanceof PortTaken) || tried === PORT_TRIES) throw error;
    }
  }
}

/** The port of a server that was just killed can be busy for a moment. */
async function until(deadlineMs: number, run: () => Promise<Held>): Promise<Held> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof PortTaken) || performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

class PortTaken extends Error {
  override readonly name = "PortTaken";
}

/** A running server and the shell that holds it. */
interface Held {
  readonly pid: number;
  readonly leash: ChildProcess;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
}

/**
 * The shell that holds the server. When its input ends — because we let go, or because this process died in
 * whatever way, `kill -9` included — it ends the server and removes the directory. A killed server's
 * directory waits for that too, unless the word `keep` comes first: then the server has been restarted under
 * another leash.
 */
const LEASH = `
trap "" PIPE # we may be gone when it still speaks
dir=$1; shift
exec 3<&0 2>&1
"$@" </dev/null 3<&- &
server=$!
echo "leash: server $server"
(read -r word <&3; kill -9 "$server") &
reader=$!
wait "$server"
echo "leash: ended"
kill "$reader"
read -r word <&3
[ "$word" = keep ] || rm -rf "$dir"
`;
/** The first of a server, the second of a sentinel. */
const READY = /Ready to accept connections|Sentinel ID is/;
const TAKEN = /address already in use/i;

async function startOnce(command: readonly string[], dir: string, settings: RedisSettings): Promise<Held> {
  const options = Object.entries(durable({ bind: "127.0.0.1", dir, ...settings }));
  const line = [...command, ...options.flatMap(([key, value]) => [`--${key}`, value])];
  // A group of its own: Ctrl-C in the terminal must not end the server before those who still finish their
  // work on it.
  const leash = spawn("sh", ["-c", LEASH, "sh", dir, ...line], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const said: string[] = [];
  let pid = 0;
  let over = false;
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  createInterface({ input: leash.stdout }).on("line", (text) => {
    if (said.length < 200) said.push(text);
    if (text.startsWith("leash: server ")) pid = Number(text.slice("leash: server ".length));
    if (READY.test(text)) ready.resolve();
    if (text === "leash: ended") {
      over = true;
      ended.resolve();
      ready.reject(failure(command, said));
    }
  });
  leash.on("error", ready.reject);
  const held: Held = { pid: 0, leash, ended: ended.promise, hasEnded: () => over };
  const deadline = setTimeout(() => ready.reject(failure(command, said)), START_DEADLINE_MS);
  try {
    await ready.promise;
    return { ...held, pid };
  } catch (error) {
    await letGo(held, "keep\n");
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function letGo({ leash }: Held, word = ""): Promise<void> {
  leash.stdin?.end(word);
  if (leash.exitCode === null && leash.signalCode === null) await once(leash, "exit");
}

function failure(command: readonly string[], said: readonly string[]): Error {
  const words = said.filter((line) => !line.startsWith("leash: ")).join("\n");
  if (TAKEN.test(words)) return new PortTaken(words);
  return new Error(`${command.join(" ")} was not ready:\n${words}`);
}
