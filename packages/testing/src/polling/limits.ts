import type { Figures } from "./figures.ts";
import type { ScenarioName } from "./scenarios.ts";

/** What a policy may cost and how late it may be, relative to one request per check with exponential backoff. */
export interface Limits {
  readonly requests: number;
  /** Requests, relative to the same backoff whose checks share requests every 5 s. */
  readonly requestsToTicks?: number;
  readonly ids?: number;
  readonly mean?: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly burst?: number;
  /** Not relative: requests per message, and seconds. */
  readonly requestsPerMessage?: number;
  readonly p95Seconds?: number;
}

/** What the policy has to keep, on any seed. */
export const LIMITS: Readonly<Record<ScenarioName, Limits>> = {
  single: { requests: 1.05, mean: 0.95, p50: 0.85, p95: 0.65, p99: 1.05 },
  "single, poor": { requests: 1.08, mean: 0.93, p95: 0.96 },
  "single, cascade": { requests: 0.98, mean: 0.6, p95: 0.3 },
  "single, slow": { requests: 1.2, mean: 0.27, p95: 0.32 },
  "batch 32, thin": { requests: 0.26, requestsToTicks: 0.41, mean: 0.44, p95: 0.2 },
  "batch 32": {
    requests: 0.051,
    requestsToTicks: 0.33,
    ids: 1.15,
    mean: 0.6,
    p50: 1.05,
    p95: 0.28,
    p99: 1,
    requestsPerMessage: 0.27,
    p95Seconds: 58,
  },
  "batch 32, cascade": { requests: 0.049, requestsToTicks: 0.28, mean: 0.57, p95: 0.3 },
  "batch 32, slow": { requests: 0.047, requestsToTicks: 0.43, mean: 0.22, p95: 0.26 },
  "batch 100": {
    requests: 0.014,
    requestsToTicks: 0.2,
    ids: 1.25,
    mean: 0.86,
    p50: 0.9,
    p95: 0.79,
    p99: 1.05,
    requestsPerMessage: 0.085,
  },
  "batch 100, busy": { requests: 0.012, requestsToTicks: 0.83, mean: 0.86, p95: 0.8, burst: 0.02 },
  "batch 32, stalled": { requests: 0.042, requestsToTicks: 0.46, mean: 0.85 },
  "single, slower by six": { requests: 0.98, mean: 0.78, p95: 0.48 },
  "single, pushed": { requests: 0.3, p95: 1.1 },
  "batch 100, pushed": { requests: 0.0045, requestsToTicks: 0.09, p95: 1.07 },
};

/** For the scenario `single` in economy. */
export const ECONOMY_LIMITS: Limits = { requests: 0.9, p50: 0.85, p95: 0.65 };

/** The figures that limits speak of. */
export function ratiosOf(figures: Figures, backoff: Figures, ticks?: Figures): Required<Limits> {
  return {
    requests: figures.requestsPerMessage / backoff.requestsPerMessage,
    requestsToTicks: figures.requestsPerMessage / (ticks?.requestsPerMessage ?? Number.NaN),
    ids: figures.idsPerMessage / backoff.idsPerMessage,
    mean: figures.meanLag / backoff.meanLag,
    p50: figures.p50Lag / backoff.p50Lag,
    p95: figures.p95Lag / backoff.p95Lag,
    p99: figures.p99Lag / backoff.p99Lag,
    burst: figures.burst / backoff.burst,
    requestsPerMessage: figures.requestsPerMessage,
    p95Seconds: figures.p95Lag,
  };
}

/** Every limit that the ratios break, in words. */
export function brokenLimits(ratios: Required<Limits>, limits: Limits): string[] {
  const names = Object.keys(limits) as (keyof Limits)[];
  return names
    .filter((name) => !(ratios[name] <= (limits[name] ?? Number.POSITIVE_INFINITY)))
    .map((name) => `${name} is ${ratios[name].toPrecision(4)}, above ${limits[name]}`);
}
