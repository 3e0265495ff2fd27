import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The repository. */
export const ROOT = join(import.meta.dirname, "../../../..");

export async function textOf(path: string): Promise<string> {
  return await readFile(join(ROOT, path), "utf8");
}

/** Every variable that a process reads, by the schemas that parse the environment. */
export async function variablesRead(app: string): Promise<ReadonlySet<string>> {
  const shared = ["packages/service/src/environment.ts", "packages/service/src/trace-export.ts"];
  const own = app === "board" ? ["apps/board/src/config.ts"] : [];
  const texts = await Promise.all([...shared, ...own].map(textOf));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/^ {2,4}([A-Z][A-Z0-9_]+):/gm)].map(([, name = ""]) => name)),
  );
}

/** Every variable that a configuration takes a value from. */
export function placeholdersIn(configuration: string): ReadonlySet<string> {
  return new Set([...configuration.matchAll(/\$\{([A-Za-z_]\w*)\}/g)].map(([, name = ""]) => name));
}

/** Beside the longest request of a worker, and within the default lease: `timingProblems` refuses longer ones. */
const LEASE_MS = 30_000;
const MARGIN_MS = 2500;

/** How long a process may take to end, by its own watchdog. */
export async function longestEndMs(app: string): Promise<number> {
  const main = await textOf(`apps/${app}/src/main.ts`);
  const [, close = ""] = /^const (?:CLOSE|GRACE)_MS = ([\d_]+);$/m.exec(main) ?? [];
  return Number(close.replaceAll("_", "")) + (app === "worker" ? LEASE_MS - MARGIN_MS : 0);
}
