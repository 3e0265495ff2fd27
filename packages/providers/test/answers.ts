import type { Outcome } from "@hermod/core/outcome";
import type { StatusAnswer } from "@hermod/core/report";
import type { WireAnswer } from "@hermod/testing/wire";

/** An answer in JSON. */
export function json(value: unknown, status = 200): WireAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** A refusal as an outcome. */
export function refused(
  scope: (Outcome & { kind: "rejected" })["scope"],
  code: string,
  providerCode: string,
): Outcome {
  return { kind: "rejected", scope, code, providerCode };
}

/** A send whose answer proves nothing. */
export function inDoubt(evidence: string): Outcome {
  return { kind: "maybeSent", phase: "answer", evidence };
}

/** A question whose answer tells nothing. */
export function nothing(reason: string): StatusAnswer & { readonly kind: "unavailable" } {
  return { kind: "unavailable", reason };
}
