import { drawn, type Random } from "../random.ts";
import type { Step } from "../timeline.ts";
import type { SendRequest } from "./send.ts";

/** A state of documents/webcom-state.txt, or any other text to see what a client makes of it. */
export interface WebcomStep extends Step {
  readonly status: "send" | "not_deliver" | "expired" | "deliver" | "read" | "partly_deliver" | (string & {});
}

/**
 * What becomes of an accepted message: `send` until the first step. Steps are in the order of time. When the first would
 * come after the validity period, the message is expired at the end of that instead.
 */
export interface Plan {
  readonly steps: readonly WebcomStep[];
  /** What `num_parts` says; by the length of the text when absent. */
  readonly parts?: number;
  /** Answered with "will be sent as soon as you top up", whatever money there is; the steps begin at the top-up. */
  readonly held?: true;
}

/** Decides by the message and its own repeatable chance alone. */
export type ChoosePlan = (message: SendRequest, random: Random) => Plan;

export function delivered(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "deliver" }] };
}

/** Viber: delivered, then read. */
export function read(afterMs: number, readAfterMs: number): Plan {
  return {
    steps: [
      { afterMs, status: "deliver" },
      { afterMs: readAfterMs, status: "read" },
    ],
  };
}

export function notDelivered(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "not_deliver" }] };
}

export function expired(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "expired" }] };
}

/** Sent, but no status will ever be known. */
export function partlyDelivered(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "partly_deliver" }] };
}

export function neverReported(): Plan {
  return { steps: [] };
}

/** The same after a top-up of the account, and nothing before. */
export function held(plan: Plan): Plan {
  return { ...plan, held: true };
}

/** Most arrive within 20 s, some after minutes, some fail, a few never report. Shares and times are ours: no document has any. */
export const mixedPlan: ChoosePlan = ({ channel }, random) => {
  const choose = drawn(MIX, random()) ?? neverReported;
  const plan = choose(random);
  const [first] = plan.steps;
  if (channel !== "viber" || first?.status !== "deliver" || random() < 0.5) return plan;
  return read(first.afterMs, first.afterMs + between(1_000, 60_000, random));
};

const MIX: readonly { readonly share: number; readonly value: (random: Random) => Plan }[] = [
  { share: 0.8, value: (random) => delivered(between(2_000, 20_000, random)) },
  { share: 0.08, value: (random) => delivered(between(60_000, 600_000, random)) },
  { share: 0.06, value: (random) => notDelivered(between(2_000, 20_000, random)) },
  { share: 0.02, value: (random) => expired(between(60_000, 600_000, random)) },
  { share: 0.02, value: (random) => partlyDelivered(between(2_000, 20_000, random)) },
];

function between(min: number, max: number, random: Random): number {
  return Math.floor(min + random() * (max - min));
}
