import type { Decimal } from "./decimal.ts";

/** An account's money at one moment. */
export interface BalanceSample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly amount: Decimal;
}

/** A rate over less tells of one message and not of a day. */
const LEAST_MS = 600_000;
const HOUR_MS = 3_600_000;

/**
 * In how many hours the money is gone, at the rate at which it went over all the samples, from the oldest; undefined while nobody can
 * tell. What was paid in between is no part of the rate. An estimate, and the only place where money is a floating-point number.
 */
export function hoursLeft(samples: readonly BalanceSample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
  const spent = samples.slice(1).reduce((sum, { amount }, index) => {
    const went = Number(samples[index]?.amount) - Number(amount);
    return sum + Math.max(0, went);
  }, 0);
  if (spent <= 0) return undefined;
  return Math.max(0, Number(last.amount)) / (spent / ((last.at - first.at) / HOUR_MS));
}
