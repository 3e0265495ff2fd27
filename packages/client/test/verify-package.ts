import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";

const PACKAGE = join(import.meta.dirname, "..");
const PACKED = ["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "package.json"];
const COMPILERS = ["typescript-5", "typescript"];
const RESOLUTIONS = [
  // Our declarations are checked themselves once per compiler, and with them those that they import: seconds
  // of work.
  { module: "nodenext", moduleResolution: "nodenext", skipLibCheck: false },
  { module: "esnext", moduleResolution: "bundler", skipLibCheck: true },
];

/** Packs the client as it would be published and uses it as a stranger would. */
async function verifyPackage(work: string): Promise<void> {
  const tarball = join(work, "client.tgz");
  await step("pack", "pnpm", ["pack", "--out", tarball]);
  await step("publint", "publint", ["run", "--strict", tarball]);
  await step("attw", "attw", [tarball, "--profile", "esm-only"]);

  const installed = join(work, "node_modules/@hermod/client");
  await mkdir(installed, { recursive: true });
  await step("unpack", "tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  await contents(installed);
  await installDependencies(installed, join(work, "node_modules"));

  await cp(join(PACKAGE, "test/consumer.ts"), join(work, "consumer.ts"));
  await writeFile(join(work, "package.json"), JSON.stringify({ type: "module" }));
  for (const compiler of COMPILERS) {
    for (const resolution of RESOLUTIONS) {
      const compilerOptions = {
        ...resolution,
        target: "es2022",
        strict: true,
        noEmit: true,
        types: ["node"],
      };
      await writeFile(
        join(work, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
      );
      const tsc = join(PACKAGE, "node_modules", compiler, "bin/tsc");
      await step(`${compiler}, ${resolution.moduleResolution}`, process.execPath, [tsc, "-p", work]);
    }
  }
  const load = 'const { openClient } = await import("@hermod/client"); if (!openClient) process.exit(1)';
  await step("load", process.execPath, ["--input-type=module", "-e", load], work);
}

async function step(what: string, program: string, args: readonly string[], cwd = PACKAGE): Promise<void> {
  const started = performance.now();
  await promisify(execFile)(program, args, { cwd }).catch(({ stdout, stderr, message }) => {
    throw new Error(`${what}: ${message}\n${stdout}${stderr}`);
  });
  console.log(`${what}: fine (${Math.round(performance.now() - started)} ms)`);
}

async function contents(installed: string): Promise<void> {
  const entries = await readdir(installed, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => relative(installed, join(parentPath, name))).sort();
  if (names.join() !== PACKED.join()) throw new Error(`the package holds ${names.join(", ")}`);
}

/** Only what the packed manifest names, so that a private package which was not bundled is missed here. */
async function installDependencies(installed: string, modules: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const name of Object.keys(manifest.dependencies)) {
    await symlink(join(PACKAGE, "node_modules", name), join(modules, name));
  }
  await symlink(join(PACKAGE, "../../node_modules/@types"), join(modules, "@types"));
}

const work = await mkdtemp(join(tmpdir(), "hermod-verify-"));
try {
  await verifyPackage(work);
} finally {
  await rm(work, { recursive: true });
}
