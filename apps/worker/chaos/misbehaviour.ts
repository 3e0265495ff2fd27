import {
  type ChooseFault,
  type Fault,
  garbage,
  serverError,
  tooManyRequests,
} from "@hermod/simulator/faults";
import { drawn, randomFor } from "@hermod/simulator/random";
import { tagIn } from "./tag.ts";

/** How a provider goes wrong, by a seed, until it is told to stop. */
export interface Misbehaviour {
  readonly choose: ChooseFault;
  /** Whether the n-th send request was answered with a proof that it was refused. */
  wasRefused(order: number): boolean;
  stop(): void;
}

export interface MisbehaviourOptions {
  readonly seed: number;
  readonly name: string;
  /** How the provider refuses everybody for a while. */
  readonly outage: Fault;
  readonly durationMs: number;
  /** A request lasts no longer than this for its caller. */
  readonly timeoutMs: number;
}

type Choice = { readonly share: number; readonly value: Fault };

/** How long it refuses everybody at a time, and how often in a minute. */
const OUTAGE_MS = 2000;
const OUTAGES_PER_MINUTE = 2;
/** Whoever is told more often than this to go slower does so for minutes, and then there is little that could go wrong. */
const BUSY_EVERY_MS = 45_000;

export function openMisbehaviour(options: MisbehaviourOptions): Misbehaviour {
  const { seed, name, outage, durationMs, timeoutMs } = options;
  const refused = new Set<number>();
  const swallowed = new Set<string>();
  const startedAt = Date.now();
  const outages = outageTimes(seed, name, durationMs);
  const onSend = sendFaults(timeoutMs);
  const onStatus = statusFaults(timeoutMs);
  let stopped = false;
  let busyAt = Number.NEGATIVE_INFINITY;

  const isOut = (at: number): boolean =>
    outages.some((from) => at - startedAt >= from && at - startedAt < from + OUTAGE_MS);

  return {
    choose({ operation, order, at, body }) {
      if (stopped || operation === "balance") return undefined;
      const chance = randomFor(seed, `${name} ${operation}`, order)();
      if (operation === "status") return drawn(onStatus, chance);
      const fault = isOut(at) ? outage : drawn(onSend, chance);
      if (fault === undefined || (fault === BUSY && at - busyAt < BUSY_EVERY_MS)) return undefined;
      if (fault === BUSY) busyAt = at;
      if (fault === outage || fault === BUSY) refused.add(order);
      else if ("accepted" in fault && !fault.accepted) {
        // Only once of each message: whoever may write it twice must be able to get it through.
        const tag = tagIn(body) ?? "";
        if (swallowed.has(tag)) return undefined;
        swallowed.add(tag);
      }
      return fault;
    },
    wasRefused: (order) => refused.has(order),
    stop() {
      stopped = true;
    },
  };
}

const BUSY = tooManyRequests(1);

function sendFaults(timeoutMs: number): readonly Choice[] {
  return [
    { share: 0.03, value: { kind: "reset", accepted: false } },
    { share: 0.05, value: { kind: "reset", accepted: true } },
    { share: 0.02, value: { kind: "silence", accepted: false } },
    { share: 0.02, value: { kind: "silence", accepted: true } },
    { share: 0.02, value: serverError(true) },
    { share: 0.02, value: serverError(true, 503) },
    { share: 0.01, value: serverError(false) },
    { share: 0.01, value: garbage("html", true) },
    { share: 0.01, value: { kind: "cut" } },
    { share: 0.01, value: { kind: "torn" } },
    { share: 0.02, value: { kind: "slow", delayMs: timeoutMs * 2 } },
    { share: 0.08, value: { kind: "slow", delayMs: timeoutMs / 2 } },
    { share: 0.01, value: BUSY },
  ];
}

function statusFaults(timeoutMs: number): readonly Choice[] {
  return [
    { share: 0.03, value: { kind: "reset", accepted: true } },
    { share: 0.01, value: { kind: "silence", accepted: false } },
    { share: 0.03, value: serverError(false) },
    { share: 0.02, value: garbage("html", false) },
    { share: 0.05, value: { kind: "slow", delayMs: timeoutMs / 2 } },
  ];
}

function outageTimes(seed: number, name: string, durationMs: number): number[] {
  const random = randomFor(seed, `${name} outages`, 1);
  const count = Math.ceil((durationMs / 60_000) * OUTAGES_PER_MINUTE);
  return Array.from({ length: count }, () => random() * Math.max(0, durationMs - OUTAGE_MS));
}
