import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isExecutable } from "./find-program.ts";

const run = promisify(execFile);

/** A program of Debian that is run without being installed. */
export interface DebianProgram {
  /** What its folder in the cache is called. */
  readonly name: string;
  /** Its package; what that one depends on and the machine lacks comes along. */
  readonly package: string;
  /** The executable in the package. */
  readonly path: string;
}

export interface DebianOptions {
  /** Where to keep the unpacked packages; the user's cache if nothing is said. */
  readonly cache?: string;
  readonly log?: (line: string) => void;
}

/** An unpacked program, and where it was unpacked. */
export interface Unpacked {
  readonly root: string;
  readonly program: string;
  /** The `LD_LIBRARY_PATH` that it needs. */
  readonly libraryPath: string;
}

/** The program out of the user's cache, fetched and unpacked there if it is missing. */
export async function debianProgram(
  wanted: DebianProgram,
  { cache = userCache(), log = () => {} }: DebianOptions = {},
): Promise<Unpacked> {
  const home = join(cache, `${wanted.name}-${await release()}-${process.arch}`);
  if (!(await runs(unpackedIn(home, wanted)))) {
    log(`Unpacking Debian's ${wanted.package} into ${home}, this once.`);
    await unpack(wanted, cache, home);
  }
  return unpackedIn(home, wanted);
}

function userCache(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "hermod");
}

/** A home shared by machines of several releases must not mix their libraries. */
async function release(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] ?? "linux";
}

function unpackedIn(root: string, { path }: DebianProgram): Unpacked {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  // The last holds what only PulseAudio's own libraries look for.
  const folders = [`usr/lib/${triplet}`, `lib/${triplet}`, `usr/lib/${triplet}/pulseaudio`];
  return {
    root,
    program: join(root, path),
    libraryPath: folders.map((folder) => join(root, folder)).join(":"),
  };
}

async function runs({ program, libraryPath }: Unpacked): Promise<boolean> {
  if (!(await isExecutable(program))) return false;
  const env = { ...process.env, LD_LIBRARY_PATH: libraryPath };
  return await run(program, ["--version"], { env }).then(
    () => true,
    () => false,
  );
}

/** apt with folders of its own: no root, nothing installed, no service started. */
async function unpack(wanted: DebianProgram, cache: string, home: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  // Beside its goal, so that the last step is one rename: nobody ever sees half of it, and of two at once one
  // wins.
  const work = await mkdtemp(join(cache, "unpacking-"));
  try {
    const root = join(work, "root");
    for (const deb of await download(wanted, work)) await run("dpkg-deb", ["-x", deb, root]);
    if (!(await runs(unpackedIn(root, wanted))))
      throw new Error(`the downloaded ${wanted.package} does not run here`);
    await rename(root, home).catch(async (error: unknown) => {
      if (await runs(unpackedIn(home, wanted))) return;
      await rename(home, join(work, "broken")).catch(() => {
        throw error;
      });
      await rename(root, home);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(wanted: DebianProgram, work: string): Promise<string[]> {
  const archives = join(work, "cache/archives");
  await mkdir(join(work, "lists/partial"), { recursive: true });
  await mkdir(join(archives, "partial"), { recursive: true });
  const settings = {
    "Dir::State::Lists": join(work, "lists"),
    "Dir::Cache": join(work, "cache"),
    "Debug::NoLocking": "1",
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Acquire::http::Timeout": "20",
    "Acquire::https::Timeout": "20",
  };
  const apt = ["-qq", "-y", ...Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`])];
  const limits = { timeout: 120_000 };
  await run("apt-get", [...apt, "update"], limits);
  await run(
    "apt-get",
    [...apt, "--no-install-recommends", "--download-only", "install", wanted.package],
    limits,
  );
  const names = await readdir(archives);
  return names.filter((name) => name.endsWith(".deb")).map((name) => join(archives, name));
}
