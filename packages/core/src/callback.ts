import { jittered } from "./retry.ts";
import type { StateEvent } from "./state-event.ts";

/** Consumes the finals for callbacks: a name that no consumer of `finals` can have. */
export const CALLBACK_GROUP = "@callbacks";

/** The name of a callback: the same however often it is posted. A message enters each final state once. */
export function callbackId({ id, state }: Pick<StateEvent, "id" | "state">): string {
  return `${id}-${state}`;
}

/**
 * What is posted: the type, the time and the data of an event, as Standard Webhooks recommends. Nothing of a message's number, text
 * or parameters; `metadata` is its producer's own.
 */
export function callbackBody(
  event: StateEvent,
  metadata: Readonly<Record<string, string>> | undefined,
): string {
  return JSON.stringify({
    type: `message.${event.state}`,
    timestamp: new Date(event.at).toISOString(),
    data: { ...event, ...(metadata === undefined ? {} : { metadata }) },
  });
}

/** Why a callback was not taken, in a word of ours. */
export const CALLBACK_FAILURES = [
  /** An answer that is none of success. */
  "answered",
  /** An answer that points elsewhere; nobody goes there. */
  "redirected",
  /** 410: nobody takes callbacks there any more. */
  "gone",
  "timeout",
  /** An answer that is too long to be read. */
  "too_long",
  /** No connection, or one that broke. */
  "unreachable",
  /** The address lies in a network that is not posted to. */
  "not_allowed",
] as const;
export type CallbackFailure = (typeof CALLBACK_FAILURES)[number];

/** What became of one attempt. `detail` is a code word, never an address or a part of an answer. */
export type CallbackOutcome =
  | { readonly kind: "taken" }
  | {
      readonly kind: "failed";
      readonly failure: CallbackFailure;
      readonly detail: string;
      readonly retryAfterMs?: number;
    };

/** What is done after an attempt. */
export type AfterCallback =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterMs: number }
  | { readonly kind: "dead" };

/** Decides after the `made`th attempt; `chance` lies in [0, 1). An endpoint may ask for a longer wait, not for a shorter one. */
export function afterCallback(
  outcome: CallbackOutcome,
  made: number,
  delaysMs: readonly number[],
  chance: number,
): AfterCallback {
  if (outcome.kind === "taken") return { kind: "done" };
  const delayMs = delaysMs[made - 1];
  if (delayMs === undefined || outcome.failure === "gone") return { kind: "dead" };
  return { kind: "again", afterMs: Math.max(jittered(delayMs, chance), outcome.retryAfterMs ?? 0) };
}
