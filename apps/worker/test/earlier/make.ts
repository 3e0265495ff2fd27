import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { rolldown } from "rolldown";
import { EARLIER } from "./earlier.ts";

/** What is bundled; the thread is started by its file's name. */
const INPUT = {
  "worker.js": "apps/worker/src/main.ts",
  "poller.js": "apps/poller/src/main.ts",
  "client.js": "packages/client/src/index.ts",
  "loop-watch-thread.ts": "packages/service/src/loop-watch-thread.ts",
};

/** Nobody traces the walk. */
const LEFT_OUT = /^@opentelemetry\/(sdk-trace|resources|exporter-.*)$/;

/** Bundles worker, poller and client of a commit with what they need, and writes them beside this file, compressed. */
async function make(commit: string): Promise<void> {
  const git = (...words: string[]) => execFileSync("git", words, { maxBuffer: 1 << 30 });
  const folder = await mkdtemp(join(tmpdir(), "hermod-earlier-"));
  try {
    execFileSync("tar", ["x", "-C", folder], { input: git("archive", commit) });
    execFileSync("npx", ["-y", "pnpm@12", "install", "--frozen-lockfile"], { cwd: folder, stdio: "inherit" });
    const bundle = await rolldown({
      cwd: folder,
      input: Object.fromEntries(Object.entries(INPUT).map(([name, path]) => [name, join(folder, path)])),
      external: LEFT_OUT,
      platform: "node",
    });
    const { output } = await bundle.generate({ minify: true, entryFileNames: "[name]" });
    const files = output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]);
    const packed = brotliCompressSync(JSON.stringify(Object.fromEntries(files)), {
      params: { [constants.BROTLI_PARAM_LGWIN]: 24 },
    });
    await writeFile(EARLIER, packed);
    console.log(`${git("rev-parse", commit).toString().trim()}: ${packed.length} bytes`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [commit] = process.argv.slice(2);
if (commit === undefined) throw new Error("Name the commit.");
await make(commit);
