import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { measureHermod } from "./hermod.ts";
import { followed } from "./warm-up.ts";

/** What is needed of the form in which V8 writes a profile. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 40;

/** Where the processor time of worker and poller goes in a bulk walk: by room and by function, microseconds per message. */
export async function profileWalk(url: string, messages: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "hermod-profile-"));
  try {
    const environment = { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval 500 --cpu-prof-dir ${directory}` };
    const atEnd = async (redisUrl: string): Promise<void> => {
      console.log("\ncommands of Redis, those of the producer and of scripts included, per message");
      console.table(await commandsOf(redisUrl, followed(messages)));
    };
    console.table(await measureHermod(url, { messages, way: "bulk", environment, atEnd }));
    for (const name of (await readdir(directory)).sort()) {
      const profile = JSON.parse(await readFile(join(directory, name), "utf8")) as Profile;
      console.log(`\n${name}, start included`);
      for (const nameOf of [roomOf, functionOf]) console.table(timesOf(profile, nameOf, followed(messages)));
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Of each command how often it was carried out and how long that took, per message; that of a script holds those within. */
async function commandsOf(url: string, messages: number) {
  const redis = new Redis(url);
  const info = await redis.info("commandstats");
  redis.disconnect();
  const found = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm)].map(
    ([, name = "", calls, us]) => ({ name, calls: Number(calls) / messages, us: Number(us) / messages }),
  );
  const shown = found.filter(({ us }) => us > 0.2).sort((a, b) => b.us - a.us);
  return Object.fromEntries(
    shown.map(({ name, calls, us }) => [
      name,
      { calls: Number(calls.toFixed(3)), us: Number(us.toFixed(1)) },
    ]),
  );
}

type Frame = Profile["nodes"][number]["callFrame"];

function timesOf(
  { nodes, samples, timeDeltas }: Profile,
  nameOf: (frame: Frame) => string,
  messages: number,
) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? "";
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  times.delete("(idle)");
  const sorted = [...times].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  return Object.fromEntries(sorted.map(([name, us]) => [name, Number((us / messages).toFixed(1))]));
}

/** The package or folder that a function lives in. */
function roomOf({ url, functionName }: Frame): string {
  const library = /node_modules\/(?!\.pnpm)(@[^/]+\/[^/]+|[^/]+)/.exec(url)?.[1];
  if (library !== undefined) return library;
  const own = /\/((?:packages|apps)\/[^/]+)\//.exec(url)?.[1];
  return (
    own ?? (url.startsWith("node:") ? url.replace(/^(node:(?:internal\/)?[^/]+).*/, "$1") : functionName)
  );
}

function functionOf({ url, functionName, lineNumber }: Frame): string {
  return `${functionName || "(anonymous)"} ${url.replace(/.*\/(?=[^/]+\/[^/]+$)/, "")}:${lineNumber + 1}`;
}
