import { stepAt } from "../timeline.ts";
import { type BitelStep, type Plan, STATUS_CODES, type StatusWord } from "./plan.ts";
import type { SendRequest } from "./send.ts";

/** A message Bitel has taken: what it is, when it came, what becomes of it. */
export interface BitelMessage extends SendRequest {
  /** Its `requestId`, which in the detail of a batch is its `id`. */
  readonly id: string;
  /** Absent when it was sent alone. */
  readonly batchId?: string;
  /** Epoch ms. */
  readonly at: number;
  readonly plan: Plan;
  readonly parts: number;
  /** In Toman. */
  readonly cost: number;
  /** The status at the end of the timeline; WAITING when it never reports. */
  readonly finalStatus: string;
  /** From when on it says so, epoch ms; absent when it never reports. */
  readonly finalAt?: number;
}

interface Acceptance {
  readonly id: string;
  readonly batchId: string | undefined;
  readonly at: number;
  readonly plan: Plan;
  readonly tomanPerPart: number;
}

export function acceptedMessage(request: SendRequest, acceptance: Acceptance): BitelMessage {
  const { id, batchId, at, plan, tomanPerPart } = acceptance;
  const parts = plan.parts ?? partsOf(request.text);
  const last = plan.steps.at(-1);
  return {
    ...request,
    id,
    ...(batchId === undefined ? {} : { batchId }),
    at,
    plan,
    parts,
    cost: parts * tomanPerPart,
    finalStatus: last?.status ?? "WAITING",
    ...(last === undefined ? {} : { finalAt: at + last.afterMs }),
  };
}

/** What Bitel says of a message at some time. */
export interface Status {
  readonly word: string;
  /** Absent for a word of no document, unless its step gives one. */
  readonly code?: number;
}

export function statusAt({ at, plan }: BitelMessage, now: number): Status {
  return statusOfStep(stepAt(plan.steps, now - at) ?? { status: "WAITING" });
}

export function statusOfStep({ status, code }: Pick<BitelStep, "status" | "code">): Status {
  const known = Object.hasOwn(STATUS_CODES, status) ? STATUS_CODES[status as StatusWord] : undefined;
  const number = code ?? known;
  return number === undefined ? { word: status } : { word: status, code: number };
}

/** Whether the detail calls know of a message yet. */
export function isListed({ at, plan }: BitelMessage, now: number): boolean {
  return now - at >= (plan.listedAfterMs ?? 0);
}

/** By the usual sizes of parts: the document counts parts but does not say how. */
function partsOf(text: string): number {
  const [alone, joined] = /^\p{ASCII}*$/v.test(text) ? [160, 153] : [70, 67];
  return text.length <= alone ? 1 : Math.ceil(text.length / joined);
}
