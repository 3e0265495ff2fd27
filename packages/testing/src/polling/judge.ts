import { StatusPoller, type StatusPollerSettings } from "../status-poller.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { type Limits, ratiosOf } from "./limits.ts";
import { type ProviderTerms, type Replayed, replay } from "./replay.ts";
import { SCENARIOS, type Scenario, type ScenarioName } from "./scenarios.ts";
import { seededRandom } from "./seeded-random.ts";
import { exponentialBackoff, followByTimer } from "./static-schedule.ts";
import { generateTrace, type Trace } from "./trace.ts";

/** The policy on a trace, beside the usual design on the same one. */
export interface Judged {
  readonly trace: Trace;
  readonly figures: Figures;
  readonly ratios: Required<Limits>;
  readonly replayed: Replayed;
}

export function judge(name: ScenarioName, seed: number, settings: StatusPollerSettings = {}): Judged {
  const trace = generateTrace(SCENARIOS[name], seed);
  const replayed = play(trace, seed, settings);
  const figures = figuresOf(trace, replayed);
  const backoff = followByTimer(trace, exponentialBackoff);
  const shares = trace.scenario.batch > 1;
  const ticks = shares ? followByTimer(trace, exponentialBackoff, 5) : undefined;
  return { trace, figures, ratios: ratiosOf(figures, backoff, ticks), replayed };
}

/** Has the policy follow a trace. Its own chance comes from the seed too, but not in step with the trace's. */
export function play(
  trace: Trace,
  seed: number,
  settings: StatusPollerSettings = {},
  terms: ProviderTerms = {},
): Replayed {
  const { batch, pushes }: Scenario = trace.scenario;
  const { uniform } = seededRandom(seed + 9000);
  const poller = new StatusPoller(batch, { webhook: pushes !== undefined, ...settings }, uniform);
  return replay(trace, poller, terms);
}
