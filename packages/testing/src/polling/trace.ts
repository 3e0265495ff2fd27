import { drawDelay, type RouteName } from "./routes.ts";
import { type Scenario, TRACE_CLASSES, type TraceClass } from "./scenarios.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

/** A message of a trace. */
export interface TraceMessage {
  readonly sentSeconds: number;
  /** From sending to the final report; infinite when there is none. */
  readonly finalAfterSeconds: number;
  /** From sending to the push of the final report; infinite when it does not come. */
  readonly pushAfterSeconds: number;
  readonly traceClass: TraceClass;
  readonly route: RouteName;
}

/** What a provider did, message by message, in the order of sending. A message's id is its index. */
export interface Trace {
  readonly scenario: Scenario;
  readonly messages: readonly TraceMessage[];
}

/** The trace of a scenario that a seed decides. */
export function generateTrace(scenario: Scenario, seed: number): Trace {
  const random = seededRandom(seed * 7919 + 17);
  const routes = Object.keys(scenario.routes) as RouteName[];
  const shares = Object.values(scenario.routes);
  const messages: TraceMessage[] = [];
  for (;;) {
    const gapSeconds = random.exponential(scenario.messagesPerSecond);
    const sentSeconds = (messages.at(-1)?.sentSeconds ?? 0) + gapSeconds;
    if (sentSeconds > scenario.seconds) return { scenario, messages };
    // Traces of messages that are sent in groups spend this number; these do too, so that a seed stays the same trace.
    random.uniform();
    const route = routes[random.pick(shares)] as RouteName;
    const finalAfterSeconds = finalAfter(random, scenario, route, sentSeconds);
    const traceClass = TRACE_CLASSES[random.pick(scenario.classes)] ?? "bulk";
    const pushAfterSeconds = pushAfter(random, scenario, sentSeconds, finalAfterSeconds);
    messages.push({ sentSeconds, finalAfterSeconds, pushAfterSeconds, traceClass, route });
  }
}

function finalAfter(
  random: SeededRandom,
  { shift, stall }: Scenario,
  route: RouteName,
  sentSeconds: number,
): number {
  const shifted = shift !== undefined && sentSeconds > shift.from;
  const delay = drawDelay(random, route, shifted ? shift.factor : 1);
  if (stall === undefined || !Number.isFinite(delay)) return delay;
  const [from, to] = stall;
  const finalAt = sentSeconds + delay;
  const stalled = finalAt >= from && finalAt < to;
  return stalled ? to + random.logNormal(20, 0.8) - sentSeconds : delay;
}

function pushAfter(
  random: SeededRandom,
  { pushes }: Scenario,
  sentSeconds: number,
  finalAfterSeconds: number,
): number {
  if (pushes === undefined) return Number.POSITIVE_INFINITY;
  const missing = random.uniform() < pushes.missing;
  const after = finalAfterSeconds + random.logNormal(pushes.median, pushes.sigma);
  const at = sentSeconds + after;
  const dead = at >= pushes.dead[0] && at < pushes.dead[1];
  return missing || dead ? Number.POSITIVE_INFINITY : after;
}
