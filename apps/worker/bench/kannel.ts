import { Redis } from "ioredis";
import { unpackKannel } from "./kannel-boxes.ts";
import { walkKannel } from "./kannel-walk.ts";
import { type Figures, measureInRounds } from "./rounds.ts";
import { startRunning } from "./running.ts";
import { type ProviderProcess, sendReceipts } from "./scripts.ts";
import { warmed } from "./warm-up.ts";

const SPOOL = "Kannel, spool";
const FILE = "Kannel, file";
const KEPT = "Kannel, file, receipts kept";
const ASKED = "Hermod, asks";
const PUSHED = "Hermod, receipts pushed";
const SINGLY = "Hermod, receipts pushed one by one";
const LATER = "Hermod, pushed, disk each second";

const RATIOS = [ASKED, PUSHED].flatMap((ours) =>
  [SPOOL, FILE, KEPT].flatMap((theirs) => [
    [`messages a second, ${ours} ÷ ${theirs}`, ours, theirs, "perSecond"] as const,
    [`CPU a message, ${ours} ÷ ${theirs}`, ours, theirs, "allUs"] as const,
  ]),
);

/** Of Hermod's receipts, most in one push; Kannel's HTTP SMSC takes one. */
const MOST = 100;

/** Whole walks with receipts by Kannel, and in each round by Hermod beside it, messages handed over while everything runs. */
export async function measureKannel(
  provider: ProviderProcess,
  messages: number,
  rounds: number,
): Promise<void> {
  await unpackKannel();
  const hermod = async (
    receipts: "asked" | "pushed",
    { most = MOST, appendfsync = "always" } = {},
  ): Promise<Figures> => {
    await using running = await startRunning(provider.url, receipts);
    const redis = new Redis(running.redisUrl);
    await redis.config("SET", "appendfsync", appendfsync);
    redis.disconnect();
    const target = { url: running.pushUrl, form: "webcom" as const, most };
    await sendReceipts(provider, receipts === "pushed" ? target : null);
    await running.walk(warmed(messages) - messages);
    return await running.walk(messages);
  };
  const measured = {
    [SPOOL]: () => walkKannel(provider, messages, { messages: "spool", receipts: "memory" }),
    [FILE]: () => walkKannel(provider, messages, { messages: "file", receipts: "memory" }),
    [KEPT]: () => walkKannel(provider, messages, { messages: "file", receipts: "redis" }),
    [ASKED]: () => hermod("asked"),
    [PUSHED]: () => hermod("pushed"),
    [SINGLY]: () => hermod("pushed", { most: 1 }),
    [LATER]: () => hermod("pushed", { appendfsync: "everysec" }),
  };
  await measureInRounds(measured, rounds, RATIOS);
}
