import { z } from "zod";
import { Answer } from "./answer.ts";
import { drawn, randomFor } from "./random.ts";
import type { Operation, ReceivedRequest } from "./request.ts";

const accepted = z.boolean();
const delayMs = z.number().min(0).exactOptional();

/**
 * How one request goes wrong. `accepted` says whether the provider does its work first, all of it, and only the
 * caller does not learn of it; without acceptance the provider does nothing. Work is done when the request arrives;
 * `delayMs` passes afterwards. Plain data, so that it can be set over HTTP as well.
 */
export const Fault = z.discriminatedUnion("kind", [
  /** The right answer; late, when there is a delay. */
  z.strictObject({ kind: z.literal("slow"), delayMs }),
  /** The right answer, one byte at a time. */
  z.strictObject({ kind: z.literal("drip"), everyMs: z.number().min(0), delayMs }),
  /** A complete HTTP response with the first half of the right body. */
  z.strictObject({ kind: z.literal("cut"), delayMs }),
  /** The connection ends in the middle of the right body. */
  z.strictObject({ kind: z.literal("torn"), delayMs }),
  /** Another answer than the right one. */
  z.strictObject({ kind: z.literal("answer"), answer: Answer, accepted, delayMs }),
  /** The connection is reset instead of an answer. */
  z.strictObject({ kind: z.literal("reset"), accepted, delayMs }),
  /** The connection stays open and nothing ever comes. */
  z.strictObject({ kind: z.literal("silence"), accepted, delayMs }),
]);
export type Fault = Readonly<z.infer<typeof Fault>>;

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

/** What comes before the provider's work, so that nothing is accepted, and what comes after it. */
function beforeAndAfter(name: string, fault: (accepted: boolean) => Fault): Record<string, Fault> {
  return { [`${name}-before`]: fault(false), [`${name}-after`]: fault(true) };
}

/** The faults that any provider can have, by the names they are asked for from outside. */
export const COMMON_FAULTS: Readonly<Record<string, Fault>> = {
  slow: { kind: "slow", delayMs: 3000 },
  drip: { kind: "drip", everyMs: 100 },
  cut: { kind: "cut" },
  torn: { kind: "torn" },
  ...beforeAndAfter("reset", (accepted) => ({ kind: "reset", accepted })),
  ...beforeAndAfter("silence", (accepted) => ({ kind: "silence", accepted })),
  ...beforeAndAfter("500", serverError),
  ...beforeAndAfter("503", (accepted) => serverError(accepted, 503)),
  "429-bare": tooManyRequests(),
  "429-retry-after": tooManyRequests(1),
  redirect: redirect("http://127.0.0.1:9/"),
  ...beforeAndAfter("html", (accepted) => garbage("html", accepted)),
  ...beforeAndAfter("empty", (accepted) => garbage("empty", accepted)),
  ...beforeAndAfter("null", (accepted) => garbage("null", accepted)),
  ...beforeAndAfter("array", (accepted) => garbage("array", accepted)),
  ...beforeAndAfter("word", (accepted) => garbage("word", accepted)),
  ...beforeAndAfter("not-json", (accepted) => garbage("notJson", accepted)),
};

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
