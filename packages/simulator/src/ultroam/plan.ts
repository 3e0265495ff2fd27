import { drawn, type Random } from "../random.ts";
import type { Step } from "../timeline.ts";
import type { SendRequest } from "./send.ts";

/** A word of docs/providers/ultroam.md §5, or any other text to see what a client makes of it, such as `Canceled`. */
export interface UltroamStep extends Step {
  readonly status: "SENDING" | "SENT_OK" | "DELIVERED" | "FAILED" | (string & {});
  /** Segments sent: all of them when absent, none of a FAILED that no report tells of. */
  readonly succCount?: number;
  /** The network reports every segment with this code of §6; without one there is no report. */
  readonly statusCode?: number;
}

/** What becomes of a message once it leaves the queue: SENDING until the first step. Steps are in the order of time. */
export interface Plan {
  readonly steps: readonly UltroamStep[];
}

/** Decides by the message and its own repeatable chance alone. */
export type ChoosePlan = (message: SendRequest, random: Random) => Plan;

/** The network takes it half-way, and the handset confirms it. */
export function delivered(afterMs: number): Plan {
  return { steps: [...neverReported(afterMs / 2).steps, { afterMs, status: "DELIVERED", statusCode: 0 }] };
}

/** The network does not take it; of its segments it may have taken some before. */
export function failed(afterMs: number, succCount = 0): Plan {
  return { steps: [{ afterMs, status: "FAILED", succCount }] };
}

/** The network takes it half-way and gives up on the handset: codes from 64 on. */
export function undelivered(afterMs: number, statusCode: number): Plan {
  return { steps: [...neverReported(afterMs / 2).steps, { afterMs, status: "FAILED", statusCode }] };
}

/** The network takes it and says no more. */
export function neverReported(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "SENT_OK" }] };
}

/** It stays SENDING. */
export function neverSent(): Plan {
  return { steps: [] };
}

/** Most arrive within 20 s, some after minutes, some fail, a few never report. Shares and times are ours: no document has any. */
export const mixedPlan: ChoosePlan = (_, random) => (drawn(MIX, random()) ?? lastingSilence)(random);

const MIX: readonly { readonly share: number; readonly value: (random: Random) => Plan }[] = [
  { share: 0.8, value: (random) => delivered(between(2_000, 20_000, random)) },
  { share: 0.06, value: (random) => failed(between(1_000, 10_000, random)) },
  {
    share: 0.04,
    value: (random) => undelivered(between(2_000, 20_000, random), 64 + between(0, 64, random)),
  },
  { share: 0.06, value: (random) => delivered(between(60_000, 600_000, random)) },
];

function lastingSilence(random: Random): Plan {
  return neverReported(between(1_000, 10_000, random));
}

function between(min: number, max: number, random: Random): number {
  return Math.floor(min + random() * (max - min));
}
