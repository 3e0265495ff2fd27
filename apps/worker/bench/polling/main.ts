/**
 * Has the real thing (Redis, planner, queue, worker, adapter, a simulated provider) follow the traces that the policy is measured
 * on, beside the policy by itself and the usual design: one status job for each message, with exponential backoff. Ends with 1 if
 * a bar or a rule is broken.
 */
import { parseArgs } from "node:util";
import { type Figures, figuresOf } from "@hermod/testing/polling/figures";
import { play } from "@hermod/testing/polling/judge";
import { SCENARIOS, type ScenarioName } from "@hermod/testing/polling/scenarios";
import { exponentialBackoff, followByTimer } from "@hermod/testing/polling/static-schedule";
import { generateTrace } from "@hermod/testing/polling/trace";
import { startRedis } from "@hermod/testing/redis";
import { replayForReal } from "./replay.ts";

/** What the real thing may cost and how late it may be, relative to the usual design. */
interface Bars {
  readonly scenario: ScenarioName;
  readonly requests: number;
  readonly mean?: number;
  readonly p95?: number;
}

const BARS: Readonly<Record<string, Bars>> = {
  1: { scenario: "single", requests: 1.05, p95: 0.65 },
  32: { scenario: "batch 32", requests: 0.051, mean: 0.6 },
  100: { scenario: "batch 100", requests: 0.014, mean: 0.86 },
};

/** How far the requests for a message may be from those of the policy by itself. */
const NEAR = 0.1;

const GIVE_UP_SECONDS = 90_000;

/** Far above what the traces need: it is there to be kept to. */
const STATUS_PER_SECOND = 50;

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "1,32,100" },
    messages: { type: "string", default: "10000" },
    seed: { type: "string", default: "2001" },
    refuses: { type: "string", default: "0-0" },
  },
});
const seed = Number(values.seed);
const [down = 0, up = 0] = values.refuses.split("-").map(Number);
let broken = 0;
for (const batch of values.batch.split(",")) await judge(batch);
process.exitCode = broken > 0 ? 1 : 0;

async function judge(batch: string): Promise<void> {
  const bars = BARS[batch];
  if (bars === undefined) throw new Error(`there are no bars for a batch of ${batch}: 1, 32 or 100`);
  const whole = generateTrace(SCENARIOS[bars.scenario], seed);
  const trace = { ...whole, messages: whole.messages.slice(0, Number(values.messages)) };
  await using redis = await startRedis({ settings: { appendonly: "no", save: "" } });
  const startedAt = performance.now();
  const real = await replayForReal({
    trace,
    seed,
    giveUpSeconds: GIVE_UP_SECONDS,
    statusPerSecond: STATUS_PER_SECOND,
    refuses: [down, up],
    redisUrl: redis.url,
    namespace: "replay",
  });
  const minutes = (performance.now() - startedAt) / 60_000;
  const policy = figuresOf(trace, play(trace, seed, {}, { refuses: [down, up] }));
  const usual = followByTimer(trace, exponentialBackoff);
  console.log(
    `\n${bars.scenario}: ${trace.messages.length} messages, at most ${batch} in a request, seed ${seed}, refused in seconds ${values.refuses}, ${minutes.toFixed(1)} min`,
  );
  console.table({
    "real thing": rowOf(real.figures),
    "policy by itself": rowOf(policy),
    "usual design": rowOf(usual),
    "real ÷ policy": rowOf(real.figures, policy),
    "real ÷ usual": rowOf(real.figures, usual),
  });
  const ratio = (figure: keyof Figures, to: Figures): number => real.figures[figure] / to[figure];
  const rules: [what: string, holds: boolean][] = [
    [
      "requests are not within a tenth of the policy's",
      Math.abs(ratio("requestsPerMessage", policy) - 1) <= NEAR,
    ],
    ["finals are unnoticed", real.figures.undetected === 0],
  ];
  // The usual design is not refused anything here.
  if (up === 0) {
    rules.push(
      ["requests, to the usual design", ratio("requestsPerMessage", usual) <= bars.requests],
      ["mean lag, to the usual design", !(ratio("meanLag", usual) > (bars.mean ?? Number.POSITIVE_INFINITY))],
      ["p95 lag, to the usual design", !(ratio("p95Lag", usual) > (bars.p95 ?? Number.POSITIVE_INFINITY))],
    );
  }
  const words = [...rules.flatMap(([what, holds]) => (holds ? [] : [what])), ...real.broken];
  broken += words.length;
  for (const word of words.slice(0, 20)) console.log(`BROKEN  ${word}`);
}

function rowOf(figures: Figures, to?: Figures): Record<string, string> {
  const shown = (figure: keyof Figures): string =>
    (to === undefined ? figures[figure] : figures[figure] / to[figure]).toPrecision(3);
  return {
    "requests/message": shown("requestsPerMessage"),
    "ids/message": shown("idsPerMessage"),
    "mean lag, s": shown("meanLag"),
    "p50 lag, s": shown("p50Lag"),
    "p95 lag, s": shown("p95Lag"),
    unnoticed: to === undefined ? String(figures.undetected) : "",
  };
}
