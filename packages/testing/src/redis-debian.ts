import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isExecutable } from "./find-program.ts";

const run = promisify(execFile);

export interface DebianOptions {
  /** Where to keep the unpacked packages; the user's cache if nothing is said. */
  readonly cache?: string;
  readonly log?: (line: string) => void;
}

/**
 * The command line of Debian's redis-server out of the user's cache, fetched and unpacked there if it is
 * missing.
 */
export async function debianServer({
  cache = userCache(),
  log = () => {},
}: DebianOptions = {}): Promise<string[]> {
  const home = join(cache, `redis-${await release()}-${process.arch}`);
  const command = commandIn(home);
  if (!(await runs(command))) {
    log(`No Redis and no container engine here: unpacking Debian's redis-server into ${home}, this once.`);
    await unpack(cache, home);
  }
  return command;
}

function userCache(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "hermod");
}

/** A home shared by machines of several releases must not mix their libraries. */
async function release(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] ?? "linux";
}

function commandIn(home: string): string[] {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  // `env` sets the libraries for the server alone, and becomes the server: its process id stays the same.
  return ["env", `LD_LIBRARY_PATH=${join(home, "usr/lib", triplet)}`, join(home, "usr/bin/redis-server")];
}

async function runs([program = "", ...args]: readonly string[]): Promise<boolean> {
  if (!(await isExecutable(args.at(-1) ?? ""))) return false;
  return await run(program, [...args, "--version"]).then(
    () => true,
    () => false,
  );
}

/** apt with folders of its own: no root, nothing installed, no service started. */
async function unpack(cache: string, home: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  // Beside its goal, so that the last step is one rename: nobody ever sees half of it, and of two at once one
  // wins.
  const work = await mkdtemp(join(cache, "unpacking-"));
  try {
    const root = join(work, "root");
    for (const deb of await download(work)) await run("dpkg-deb", ["-x", deb, root]);
    if (!(await runs(commandIn(root)))) throw new Error("the downloaded redis-server does not run here");
    await rename(root, home).catch(async (error: unknown) => {
      if (await runs(commandIn(home))) return;
      await rename(home, join(work, "broken")).catch(() => {
        throw error;
      });
      await rename(root, home);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(work: string): Promise<string[]> {
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
    [...apt, "--no-install-recommends", "--download-only", "install", "redis-server"],
    limits,
  );
  const names = await readdir(archives);
  return names.filter((name) => name.endsWith(".deb")).map((name) => join(archives, name));
}
