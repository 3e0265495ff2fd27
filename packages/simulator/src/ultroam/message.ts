import { stepAt } from "../timeline.ts";
import type { Plan, UltroamStep } from "./plan.ts";
import type { SendRequest } from "./send.ts";
import { segments } from "./text.ts";

/** A message that the box took for one recipient: what it is, when it came, what becomes of it. */
export interface UltroamMessage extends SendRequest {
  /** Ours, because the box has none: 1 for the first message. */
  readonly id: string;
  /** Of the whole request. */
  readonly taskId: number;
  /** When it was taken, epoch ms; its plan runs from when it leaves the queue. */
  readonly at: number;
  readonly port: number;
  /** The reference of its first segment, the others follow. */
  readonly refId: number;
  /** Segments. */
  readonly count: number;
  readonly plan: Plan;
  /** The status at the end of the timeline; SENDING when it never gets further. */
  finalStatus: string;
  /** A reboot took it out of the queue: it is never sent. */
  lost?: true;
}

interface Acceptance {
  readonly order: number;
  readonly taskId: number;
  readonly at: number;
  readonly port: number;
  readonly refId: number;
  readonly plan: Plan;
}

export function acceptedMessage(
  request: SendRequest,
  { order, plan, ...acceptance }: Acceptance,
): UltroamMessage {
  const steps = plan.steps.filter((step) => request.requestsReport || !needsReport(step));
  return {
    ...request,
    id: String(order),
    ...acceptance,
    count: segmentsOf(request),
    plan: { steps },
    finalStatus: steps.at(-1)?.status ?? "SENDING",
  };
}

export function segmentsOf({ text, encoding }: SendRequest): number {
  return segments(text, encoding);
}

/** What the box knows by reports alone, and not at all of a message that asked for none. */
function needsReport({ status, statusCode }: UltroamStep): boolean {
  return statusCode !== undefined || status === "DELIVERED";
}

/** What a record of the message says at some time. */
export interface Standing {
  readonly status: string;
  readonly succCount: number;
}

export function standingAt(message: UltroamMessage, leftAt: number, now: number): Standing {
  return standingOf(message, stepAt(message.plan.steps, now - leftAt));
}

export function standingOf({ count }: UltroamMessage, step: UltroamStep | undefined): Standing {
  if (step === undefined) return { status: "SENDING", succCount: 0 };
  const none = step.status === "SENDING" || (step.status === "FAILED" && step.statusCode === undefined);
  return { status: step.status, succCount: step.succCount ?? (none ? 0 : count) };
}

/** What the network says of one segment. */
export interface Report {
  readonly refId: number;
  readonly statusCode: number;
}

/** A report for every segment, if the step comes with any. */
export function reportsOf({ count, refId }: UltroamMessage, { statusCode }: UltroamStep): readonly Report[] {
  if (statusCode === undefined) return [];
  return Array.from({ length: count }, (_, part) => ({ refId: (refId + part) % REFERENCES, statusCode }));
}

/** References are 0 to 255, for each port on its own (docs/providers/ultroam.md §6). */
export const REFERENCES = 256;
