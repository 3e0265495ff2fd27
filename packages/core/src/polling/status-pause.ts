/**
 * An account whose status requests were refused (429, 5xx, no answer) rests; then a single request tries whether it answers again,
 * while all others wait for what comes of it. Due times stay as they are.
 */
export type StatusPause =
  | { readonly kind: "open" }
  | { readonly kind: "resting"; readonly until: number }
  | { readonly kind: "probing"; readonly until: number };

/** How long the account rests when the provider names no time. */
export const PAUSE_MS = 30_000;

export const OPEN: StatusPause = { kind: "open" };

/** Tells whether a request may go out now. A probe that nobody heard of again is tried again after a while. */
export function mayAsk(pause: StatusPause, now: number): boolean {
  return pause.kind === "open" || now >= pause.until;
}

/** After a request went out: during a pause it is the one probe. */
export function asked(pause: StatusPause, now: number): StatusPause {
  return pause.kind === "open" ? OPEN : { kind: "probing", until: now + PAUSE_MS };
}

/** After a request was answered. An answer to an earlier request than the refused one does not end the rest. */
export function answered(pause: StatusPause): StatusPause {
  return pause.kind === "resting" ? pause : OPEN;
}

/** After a request was refused. */
export function refused(now: number, retryAfterMs: number = PAUSE_MS): StatusPause {
  return { kind: "resting", until: now + retryAfterMs };
}
