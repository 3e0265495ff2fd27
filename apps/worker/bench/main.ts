import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureGrowth } from "./growth.ts";
import { measureKannel } from "./kannel.ts";
import { measureShare, measureUrgent } from "./lanes.ts";
import { measurePace } from "./pace.ts";
import { profileWalk } from "./profile.ts";
import { startProvider } from "./scripts.ts";
import { measureThrottle } from "./throttle.ts";
import { measureChunks, measureWalks } from "./walks.ts";
import { measureWorkers } from "./workers.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string", default: "30" },
    limit: { type: "string", default: "50" },
    workers: { type: "string", default: "8" },
  },
});
const [what = "walks"] = positionals;
const messages = (usually: number): number => Number(values.messages ?? usually);
const rounds = (usually: number): number => Number(values.rounds ?? usually);

await using provider = await startProvider();
switch (what) {
  case "walks":
    await measureWalks(provider.url, messages(10_000), rounds(5));
    break;
  case "chunks":
    await measureChunks(provider.url, messages(4000), rounds(5));
    break;
  case "profile":
    await profileWalk(provider.url, messages(10_000));
    break;
  case "pace":
    console.table(
      await measurePace(provider, {
        forMs: Number(values.seconds) * 1000,
        perSecond: Number(values.limit),
        workers: Number(values.workers),
      }),
    );
    break;
  case "urgent":
    console.table(await measureUrgent(provider, messages(10_000), Number(values.seconds) * 10));
    break;
  case "share":
    console.table(await measureShare(provider, messages(10_000)));
    break;
  case "workers":
    await measureWorkers(provider.url, messages(10_000), rounds(3));
    break;
  case "growth":
    await measureGrowth(provider.url, messages(4000), rounds(3));
    break;
  case "kannel":
    await measureKannel(provider, messages(20_000), rounds(3));
    break;
  case "throttle":
    console.table(await measureThrottle(provider, Number(values.seconds) * 1000));
    break;
  default:
    throw new Error(
      `there is no bench ${what}: walks, chunks, profile, pace, urgent, share, workers, growth, kannel or throttle`,
    );
}
const [cpu] = cpus();
const gib = Math.round(totalmem() / 2 ** 30);
console.log(
  `${cpus().length} × ${cpu?.model.trim()}, ${gib} GiB, Node ${process.version}, ${process.platform} ${process.arch}`,
);
