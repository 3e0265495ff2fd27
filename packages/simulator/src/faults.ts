import type { Answer } from "./answer.ts";
import { drawn, randomFor } from "./random.ts";
import type { Operation, ReceivedRequest } from "./request.ts";

/**
 * How one request goes wrong. `accepted` says whether the provider does its work first, all of it, and only the
 * caller does not learn of it; without acceptance the provider does nothing. Work is done when the request arrives;
 * `delayMs` passes afterwards. Plain data, so that it can be set over HTTP as well.
 */
export type Fault = Mishap & { readonly delayMs?: number };

type Mishap =
  /** The right answer; late, when there is a delay. */
  | { readonly kind: "slow" }
  /** The right answer, one byte at a time. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** A complete HTTP response with the first half of the right body. */
  | { readonly kind: "cut" }
  /** The connection ends in the middle of the right body. */
  | { readonly kind: "torn" }
  /** Another answer than the right one. */
  | { readonly kind: "answer"; readonly answer: Answer; readonly accepted: boolean }
  /** The connection is reset instead of an answer. */
  | { readonly kind: "reset"; readonly accepted: boolean }
  /** The connection stays open and nothing ever comes. */
  | { readonly kind: "silence"; readonly accepted: boolean };

/** Every kind, and whether it must say if the message is accepted; what comes over HTTP is checked against it. */
export const FAULT_KINDS: Readonly<Record<Fault["kind"], { readonly saysAccepted: boolean }>> = {
  slow: { saysAccepted: false },
  drip: { saysAccepted: false },
  cut: { saysAccepted: false },
  torn: { saysAccepted: false },
  answer: { saysAccepted: true },
  reset: { saysAccepted: true },
  silence: { saysAccepted: true },
};

/** Decides by the request alone, so that a run can be repeated; `undefined` lets the request through. */
export type ChooseFault = (request: ReceivedRequest) => Fault | undefined;

/** Whether the provider does its work on a request that meets this fault. */
export function doesItsWork(fault: Fault | undefined): boolean {
  return fault === undefined || !("accepted" in fault) || fault.accepted;
}

/** A 429. `retryAfter` goes out word for word: seconds, a date or nonsense. */
export function tooManyRequests(retryAfter?: number | string): Fault {
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return { kind: "answer", accepted: false, answer: { status: 429, headers, body: "" } };
}

export function serverError(accepted: boolean, status = 500): Fault {
  return {
    kind: "answer",
    accepted,
    answer: { status, headers: { "content-type": "text/html" }, body: HTML },
  };
}

/** A 302 that would carry the request, and the credentials in it, to another place. */
export function redirect(location: string): Fault {
  return { kind: "answer", accepted: false, answer: { status: 302, headers: { location }, body: "" } };
}

const HTML =
  "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>An error occurred.</h1></body></html>";

const GARBAGE = {
  html: HTML,
  empty: "",
  null: "null",
  array: "[]",
  word: '"ok"',
  notJson: "{status:1}",
} as const;

/** A 200 whose body is nothing a client knows. */
export function garbage(what: keyof typeof GARBAGE, accepted: boolean): Fault {
  const type = what === "html" ? "text/html" : "application/json; charset=utf-8";
  return {
    kind: "answer",
    accepted,
    answer: { status: 200, headers: { "content-type": type }, body: GARBAGE[what] },
  };
}

/** Faults by share of the requests of one operation, the same ones for the same seed. */
export function faultMix(
  seed: number,
  operation: Operation,
  choices: readonly { readonly share: number; readonly value: Fault }[],
): ChooseFault {
  return (request) =>
    request.operation === operation
      ? drawn(choices, randomFor(seed, `fault ${operation}`, request.order)())
      : undefined;
}
