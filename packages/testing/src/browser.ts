import { execFile } from "node:child_process";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { debianProgram } from "./debian-program.ts";
import { findProgram, isExecutable } from "./find-program.ts";

export type { Browser, Page } from "playwright-core";

/** A Chromium and the variables it is to be started with. */
interface Installed {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** Without a window: smaller by half than the whole browser, and the same engine. */
const HEADLESS = {
  name: "chromium",
  package: "chromium-headless-shell",
  path: "usr/lib/chromium/chromium-headless-shell",
};

/**
 * A headless Chromium by the first means at hand: the one CHROMIUM names, one of the machine, or Debian's package
 * unpacked privately. Throws when there is none.
 */
export async function openBrowser(log: (line: string) => void = () => {}): Promise<Browser> {
  const { program, env } = (await installedHere()) ?? (await unpacked(log));
  const variables = { ...process.env, ...env } as Record<string, string>;
  // Its sandbox needs rights that a container or root has not; it only opens pages of ours.
  return await chromium.launch({ executablePath: program, env: variables, args: ["--no-sandbox"] });
}

async function installedHere(): Promise<Installed | undefined> {
  const given = process.env["CHROMIUM"];
  if (given) return { program: given, env: {} };
  const found = (await findProgram(...NAMES)) ?? ((await isExecutable(MAC)) ? MAC : undefined);
  if (found === undefined) return undefined;
  // Of some systems this is a script that only tells where to get one.
  const version = promisify(execFile)(found, ["--version"], { timeout: 20_000 });
  return await version.then(
    () => ({ program: found, env: {} }),
    () => undefined,
  );
}

async function unpacked(log: (line: string) => void): Promise<Installed> {
  const { root, program, libraryPath } = await debianProgram(HEADLESS, { log });
  const fonts = join(root, "etc/fonts");
  // It is there only when the machine has none, and names the fonts beside it as the user's own.
  const own = await access(fonts).then(
    () => ({ FONTCONFIG_PATH: fonts, XDG_DATA_HOME: join(root, "usr/share") }),
    () => ({}),
  );
  return { program, env: { LD_LIBRARY_PATH: libraryPath, ...own } };
}

/** What is wrong with a page for people who do not see, hear or move as others do: a line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Not as a script of the page, which its own policy would refuse.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}

/** Keeps a picture of the page in the folder that SCREENSHOTS names; without that, takes none. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
