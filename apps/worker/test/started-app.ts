import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppProcess, startApp } from "@hermod/testing/app-process";

/** One account whose provider nobody is. */
export const GOOD = {
  accounts: {
    main: { provider: "etelecom", baseUrl: "http://127.0.0.1:9", username: "u", password: "secret" },
  },
};

export interface AppSetting {
  /** The configuration, or its text. */
  readonly config?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly untilStarted?: boolean;
}

/** A process with a configuration file of its own, which goes with it. */
export async function startedApp(
  app: "worker" | "poller",
  { config = GOOD, env = {}, untilStarted = true }: AppSetting,
): Promise<AppProcess> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "hermod-start-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "hermod.yaml");
  await writeFile(path, typeof config === "string" ? config : JSON.stringify(config));
  const started = stack.use(await startApp(app, { env: { HERMOD_CONFIG: path, ...env }, untilStarted }));
  const owned = stack.move();
  return { ...started, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** What a process left behind that ended by itself, or was told to by `end`. */
export async function ending(started: AppProcess, end: () => void = () => {}) {
  const began = performance.now();
  end();
  const code = await started.ended;
  return { code, said: started.lines.join("\n"), tookMs: performance.now() - began };
}
