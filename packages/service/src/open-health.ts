import type { Health } from "./health.ts";
import { serveHealth } from "./health-server.ts";
import { watchLoop } from "./loop-watch.ts";
import type { Metrics } from "./metrics.ts";
import type { RedisWatch } from "./redis-watch.ts";
import type { ProcessParts } from "./run-process.ts";
import {
  connectionAway,
  END_AFTER_LIMITS,
  REDIS_AWAY,
  redisSilent,
  type VitalSign,
  watchVitalSigns,
} from "./vital-signs.ts";

export interface HealthParts {
  readonly metrics: Metrics;
  readonly watch: RedisWatch;
  /** For how long a connection to Redis has been away. */
  readonly link: { awayMs(): number };
  /** How long there may be no progress. */
  readonly stuckMs: number;
  /** What else must not go on for long in this process. */
  readonly signs: readonly VitalSign[];
  /** Where it is told; if absent, by whoever called. */
  readonly port: number | undefined;
}

/**
 * Watches over this process, tells whoever runs it, and ends it when another one would do better. Throws a
 * `ConfigError` when the port cannot be had.
 */
export async function openHealth(
  { stack, stopping, fail }: ProcessParts,
  parts: HealthParts,
): Promise<Health> {
  const { metrics, watch, link, stuckMs, port } = parts;
  stack.use(watchLoop(stuckMs * END_AFTER_LIMITS));
  const signs = [redisSilent(watch, stuckMs), connectionAway(watch, link, stuckMs), ...parts.signs];
  const { wrong } = stack.use(watchVitalSigns(metrics, signs, fail));
  const missing = (): string | undefined => {
    if (stopping.aborted) return "it is stopping";
    return watch.silentMs() > 0 ? REDIS_AWAY : undefined;
  };
  const health = { wrong, missing, metrics };
  if (port !== undefined) stack.use(await serveHealth(port, health));
  return health;
}
