import { drawn, type Random } from "../random.ts";
import type { Step } from "../timeline.ts";
import type { SendRequest } from "./send.ts";

/** The words and numbers of docs/providers/bitel.md §4. v1 does not print CHECK_OK; 3, 6, 7 and 8 are gaps. */
export const STATUS_CODES = {
  WAITING: 0,
  DELIVERED: 1,
  CHECK_OK: 2,
  DELIVERY_FAILED: 4,
  BLACKLIST: 5,
  ERROR: 9,
  CHECK_ERROR: 10,
} as const;
export type StatusWord = keyof typeof STATUS_CODES;

/** A documented word, or any other text to see what a client makes of it. */
export interface BitelStep extends Step {
  readonly status: StatusWord | (string & {});
  /** The word's own number when absent; no number for a word that has none. */
  readonly code?: number;
}

/** What becomes of an accepted message: WAITING until the first step. Steps are in the order of time. */
export interface Plan {
  readonly steps: readonly BitelStep[];
  /** Parts that are paid for; counted from the text when absent. */
  readonly parts?: number;
  /** How long the detail calls do not know of it yet: the document does not promise that all items appear at once. */
  readonly listedAfterMs?: number;
}

/** Decides by the message and its own repeatable chance alone. */
export type ChoosePlan = (message: SendRequest, random: Random) => Plan;

export function delivered(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "DELIVERED" }] };
}

export function failed(
  afterMs: number,
  status: Exclude<StatusWord, "WAITING" | "DELIVERED" | "CHECK_OK">,
): Plan {
  return { steps: [{ afterMs, status }] };
}

/** The user was unreachable and then was not: no document calls DELIVERY_FAILED final. */
export function deliveredAfterAll(failedAfterMs: number, deliveredAfterMs: number): Plan {
  return { steps: [...failed(failedAfterMs, "DELIVERY_FAILED").steps, ...delivered(deliveredAfterMs).steps] };
}

export function neverReported(): Plan {
  return { steps: [] };
}

/** Most arrive within 20 s, some after minutes, some fail, a few never report. Shares and times are ours: no document has any. */
export const mixedPlan: ChoosePlan = (_, random) => (drawn(MIX, random()) ?? neverReported)(random);

/** The same with the operator's CHECK_OK on the way, which only v2 documents. */
export const mixedPlanV2: ChoosePlan = (message, random) => {
  const { steps } = mixedPlan(message, random);
  const first = steps[0]?.status;
  if (first === "BLACKLIST" || first === "ERROR" || first === "CHECK_ERROR") return { steps };
  return { steps: [{ afterMs: 1_000, status: "CHECK_OK" }, ...steps] };
};

type FailWord = Parameters<typeof failed>[1];

const MIX: readonly { readonly share: number; readonly value: (random: Random) => Plan }[] = [
  { share: 0.8, value: (random) => delivered(between(2_000, 20_000, random)) },
  { share: 0.06, value: failedWith("DELIVERY_FAILED") },
  { share: 0.02, value: failedWith("BLACKLIST") },
  { share: 0.02, value: failedWith("ERROR") },
  { share: 0.01, value: failedWith("CHECK_ERROR") },
  { share: 0.08, value: (random) => delivered(between(60_000, 600_000, random)) },
];

function failedWith(status: FailWord): (random: Random) => Plan {
  return (random) => failed(between(2_000, 20_000, random), status);
}

function between(min: number, max: number, random: Random): number {
  return Math.floor(min + random() * (max - min));
}
