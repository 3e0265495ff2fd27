import { drawn, type Random } from "../random.ts";
import type { Step } from "../timeline.ts";
import type { SendRequest } from "./send.ts";

/** The numbers of the channels in `routerule`: 1 ZNS, 2 AutoCall, 3 SMS (send document). */
export type Channel = "1" | "2" | "3";

/** A status word of the status document, or any other text to see what a client makes of it. */
export interface EtelecomStep extends Step {
  readonly status: "PROCESSING" | "SUCCESS" | "FAIL" | (string & {});
  /** The channel the status comes from; the first of the rule when absent. */
  readonly channel?: Channel;
  readonly errorCode?: string;
}

/** What becomes of an accepted message: PROCESSING until the first step. Steps are in the order of time. */
export interface Plan {
  readonly steps: readonly EtelecomStep[];
  /** SMS: billable parts, 1 when absent. */
  readonly mtCount?: number;
  /** SMS: network, 3 when absent. Numbers seen in public clients: 1 MobiFone, 2 VinaPhone, 3 Viettel. */
  readonly telcoId?: number;
  /** AutoCall: 12 when absent; the document gives no unit. */
  readonly duration?: number;
}

/** Decides by the message and its own repeatable chance alone. */
export type ChoosePlan = (message: SendRequest, random: Random) => Plan;

export function delivered(afterMs: number): Plan {
  return { steps: [{ afterMs, status: "SUCCESS" }] };
}

export function failed(afterMs: number, errorCode: string): Plan {
  return { steps: [{ afterMs, status: "FAIL", errorCode }] };
}

export function neverReported(): Plan {
  return { steps: [] };
}

/** Most arrive within 20 s, some after minutes, some fail, a few never report. Shares and times are ours: no document has any. */
export const mixedPlan: ChoosePlan = (_, random) => {
  const choose = drawn(MIX, random()) ?? neverReported;
  return { ...choose(random), telcoId: 1 + Math.floor(random() * 3) };
};

const MIX: readonly { readonly share: number; readonly value: (random: Random) => Plan }[] = [
  { share: 0.8, value: (random) => delivered(between(2_000, 20_000, random)) },
  { share: 0.1, value: (random) => failed(between(2_000, 20_000, random), random() < 0.5 ? "23" : "99") },
  { share: 0.08, value: (random) => delivered(between(60_000, 600_000, random)) },
];

function between(min: number, max: number, random: Random): number {
  return Math.floor(min + random() * (max - min));
}
