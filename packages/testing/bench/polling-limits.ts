/**
 * Plays every scenario with the seeds of the command line (2001 3000-3004) and tells how far below its limits the policy stays; ends
 * with 1 if a limit or a rule is broken.
 */
import { brokenRules } from "../src/polling/broken-rules.ts";
import { judge } from "../src/polling/judge.ts";
import { brokenLimits, ECONOMY_LIMITS, LIMITS, type Limits } from "../src/polling/limits.ts";
import { SCENARIOS, type ScenarioName } from "../src/polling/scenarios.ts";
import type { StatusPollerSettings } from "../src/status-poller.ts";

const seeds = process.argv.slice(2).flatMap((argument) => {
  const [first = Number.NaN, last = first] = argument.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
});
if (seeds.length === 0 || seeds.some((seed) => !Number.isInteger(seed))) {
  console.error("Give seeds, for example: 1001-1003 2001");
  process.exit(2);
}

let broken = 0;
for (const name of Object.keys(SCENARIOS) as ScenarioName[]) show(name, name, LIMITS[name], {});
show("single, economy", "single", ECONOMY_LIMITS, { relGap: 0.05 });
process.exitCode = broken > 0 ? 1 : 0;

function show(title: string, name: ScenarioName, limits: Limits, settings: StatusPollerSettings): void {
  const worst = new Map<string, number>();
  for (const seed of seeds) {
    const { trace, ratios, replayed } = judge(name, seed, settings);
    for (const word of [...brokenLimits(ratios, limits), ...brokenRules(trace, replayed)]) {
      broken++;
      console.log(`BROKEN  ${title}, seed ${seed}: ${word}`);
    }
    for (const limit of Object.keys(limits) as (keyof Limits)[]) {
      worst.set(limit, Math.max(worst.get(limit) ?? 0, ratios[limit]));
    }
  }
  const row = Object.entries(limits).map(
    ([limit, most]) => `${limit} ${worst.get(limit)?.toPrecision(3)} of ${most}`,
  );
  console.log(`${title.padEnd(22)} ${row.join("  ")}`);
}
