import { type Step, stepAt } from "../timeline.ts";
import type { Plan } from "./plan.ts";
import type { SendRequest } from "./send.ts";

/** A message Webcom has taken: what it is, when it came, what becomes of it. */
export interface WebcomMessage extends SendRequest {
  /** Its `id_sms`. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly plan: Plan;
  readonly parts: number;
  /** No attempt is made after it, epoch ms. */
  readonly validUntil: number;
  /** It waits for a top-up, and nobody has made one yet. */
  held: boolean;
  /** What is said of it, counted from `at`; of a held one that it expires, unless a top-up comes before. */
  timeline: readonly Step[];
  /** The state at the end of the timeline; `send` when it never reports. */
  finalStatus: string;
  /** From when on it says so, epoch ms; absent when it never reports. */
  finalAt?: number;
}

interface Acceptance {
  readonly id: string;
  readonly at: number;
  readonly plan: Plan;
  /** How long attempts are made when the request does not say. */
  readonly lifetimeMs: number;
}

/** A message that waits, as each does until it is released. */
export function acceptedMessage(
  request: SendRequest,
  { id, at, plan, lifetimeMs }: Acceptance,
): WebcomMessage {
  const { validUntil = at + lifetimeMs } = request;
  const parts = plan.parts ?? partsOf(request.text);
  const held = { held: true, timeline: [], finalStatus: "send" };
  return setTimeline({ ...request, id, at, plan, parts, validUntil, ...held }, undefined);
}

/** Lets a message go at this time; too late when its validity is over. */
export function release(message: WebcomMessage, at: number): void {
  message.held = false;
  setTimeline(message, at - message.at);
}

/** What state.php says of a message at this time; `at` is when it came to be so, absent as long as nothing is known. */
export function stateOf(message: WebcomMessage, now: number): { state: string; at?: number } {
  const step = stepAt(message.timeline, now - message.at);
  if (step === undefined || step.status === "send") return { state: "send" };
  return { state: step.status, at: message.at + step.afterMs };
}

/** Sent at `startMs` after the acceptance, or never. */
function setTimeline(message: WebcomMessage, startMs: number | undefined): WebcomMessage {
  const lifetimeMs = Math.max(0, message.validUntil - message.at);
  const steps = message.plan.steps.map((step) => ({ ...step, afterMs: step.afterMs + (startMs ?? 0) }));
  const tooLate = startMs === undefined || startMs > lifetimeMs || (steps[0]?.afterMs ?? 0) > lifetimeMs;
  message.timeline = tooLate ? [{ afterMs: lifetimeMs, status: "expired" }] : steps;
  const last = message.timeline.at(-1);
  message.finalStatus = last?.status ?? "send";
  if (last === undefined) delete message.finalAt;
  else message.finalAt = message.at + last.afterMs;
  return message;
}

/** Webcom documents no rule for parts: this is the usual one of SMS, with any letter beyond ASCII taken for UCS-2. */
function partsOf(text: string): number {
  const [whole, part] = /^[\n\r\x20-\x7e]*$/.test(text) ? [160, 153] : [70, 67];
  return text.length <= whole ? 1 : Math.ceil(text.length / part);
}
