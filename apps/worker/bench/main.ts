import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureShare, measureUrgent } from "./lanes.ts";
import { measurePace } from "./pace.ts";
import { profileWalk } from "./profile.ts";
import { startProvider } from "./scripts.ts";
import { measureThrottle } from "./throttle.ts";
import { measureWalks } from "./walks.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: "string", default: "10000" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "30" },
  },
});
const messages = Number(values.messages);
const [what = "walks"] = positionals;

await using provider = await startProvider();
switch (what) {
  case "walks":
    await measureWalks(provider.url, messages, Number(values.rounds));
    break;
  case "profile":
    await profileWalk(provider.url, messages);
    break;
  case "pace":
    console.table(await measurePace(provider, Number(values.seconds) * 1000));
    break;
  case "urgent":
    console.table(await measureUrgent(provider, messages, Number(values.seconds) * 10));
    break;
  case "share":
    console.table(await measureShare(provider, messages));
    break;
  case "throttle":
    console.table(await measureThrottle(provider, Number(values.seconds) * 1000));
    break;
  default:
    throw new Error(`there is no bench ${what}: walks, profile, pace, urgent, share or throttle`);
}
const [cpu] = cpus();
const gib = Math.round(totalmem() / 2 ** 30);
console.log(
  `${cpus().length} × ${cpu?.model.trim()}, ${gib} GiB, Node ${process.version}, ${process.platform} ${process.arch}`,
);
