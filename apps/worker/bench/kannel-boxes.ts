import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { debianProgram } from "@hermod/testing/debian-program";
import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { kannelConf, type Stores } from "./kannel-conf.ts";

const PACKAGE = { name: "kannel", package: "kannel", path: "usr/sbin/bearerbox" };
const START_MS = 20_000;
/** Of what a box says, why it gives up. */
const PANICS = "4";

/** Holds a box, and ends it when its own input ends: because we let go, or because we died in whatever way. */
const LEASH = `
"$@" </dev/null >/dev/null &
echo "$!"
read -r word
exec 2>/dev/null
kill -9 "$!"
wait "$!"
`;

/** Kannel's bearerbox and smsbox. */
export interface Boxes extends AsyncDisposable {
  readonly pids: readonly number[];
  /** Where smsbox takes messages. */
  readonly sendUrl: string;
  /** Where a provider pushes receipts to. */
  readonly receiptUrl: string;
}

/** Unpacks Debian's Kannel into the user's cache if it is not there; says so in words when that cannot be. */
export async function unpackKannel(): Promise<{ readonly folder: string; readonly libraryPath: string }> {
  const { program, libraryPath } = await debianProgram(PACKAGE, { log: console.log }).catch(
    (error: Error) => {
      throw new Error(
        `Kannel cannot be set up here. It comes as Debian's package, by apt-get: ${error.message}`,
      );
    },
  );
  return { folder: dirname(program), libraryPath };
}

export async function startKannel(providerUrl: string, stores: Stores): Promise<Boxes> {
  await using stack = new AsyncDisposableStack();
  const { folder, libraryPath } = await unpackKannel();
  const directory = await mkdtemp(join(tmpdir(), "hermod-kannel-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, "messages"));
  const [admin, boxes, smsc, send] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const conf = join(directory, "kannel.conf");
  await writeFile(conf, kannelConf({ directory, providerUrl, ports: { admin, boxes, smsc, send }, stores }));

  const start = async (box: string, port: number): Promise<number> => {
    // `env` sets the libraries for the box alone, and becomes it.
    const command = ["env", `LD_LIBRARY_PATH=${libraryPath}`, join(folder, box), "-v", PANICS, conf];
    const leash = spawn("sh", ["-c", LEASH, "sh", ...command], { stdio: ["pipe", "pipe", "inherit"] });
    stack.defer(async () => {
      leash.stdin.end();
      await once(leash, "close");
    });
    const [pid] = await once(createInterface(leash.stdout), "line");
    await waitUntil(`Kannel's ${box} to listen`, () => isOpen(port), { timeoutMs: START_MS, everyMs: 50 });
    return Number(pid);
  };
  // The second gives up where the first does not listen.
  const pids = [await start("bearerbox", boxes), await start("smsbox", send)];
  const owned = stack.move();
  return {
    pids,
    sendUrl: `http://127.0.0.1:${send}`,
    receiptUrl: `http://127.0.0.1:${smsc}/`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return await once(socket, "connect")
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}
