import { text } from "node:stream/consumers";

/** Licences that ask for no more than to be named. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",

  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
]);

/** Used as they are, and for tests and builds alone: their licence is about changes to their own files. */
const EXCEPTIONS: ReadonlySet<string> = new Set(["MPL-2.0 axe-core", "MPL-2.0 lightningcss"]);

/** What `pnpm licenses list --json` prints: licence → packages. */
type Listed = Readonly<
  Record<string, readonly { readonly name: string; readonly versions: readonly string[] }[]>
>;

function isAllowed(licence: string, name: string): boolean {
  const choices = licence.replace(/[()]/g, "").split(" OR ");
  const family = name.replace(/^(lightningcss)-.*$/, "$1");
  return choices.some((choice) => ALLOWED.has(choice)) || EXCEPTIONS.has(`${licence} ${family}`);
}

const listed = JSON.parse(await text(process.stdin)) as Listed;
const packages = Object.entries(listed).flatMap(([licence, found]) =>
  found.map((each) => ({ licence, ...each })),
);
const refused = packages.filter(({ licence, name }) => !isAllowed(licence, name));
for (const { licence, name, versions } of refused)
  console.error(`${name} ${versions.join(", ")}: ${licence}`);
// An empty list would mean that nothing was looked at.
if (refused.length > 0 || packages.length === 0) process.exitCode = 1;
else console.log(`${packages.length} packages, all of them under licences that are allowed`);
