/**
 * The life of a message, as data.
 *
 * ```
 *            cancel, expiry                      proven not sent / throttled
 * queued ◄──────────────────────────────────────────────────────────┐
 *   │  ▲ release                                                     │
 *   │  └── held (account fault: credentials, balance, IP, sender)    │
 *   ▼                                                                │
 * sending ── accepted ──► submitted ──► sent ──► delivered ──► read  │
 *   │                        │            ├────► undelivered         │
 *   ├── rejected (final)     └────────────┴────► expired, unknown    │
 *   └── no proof ──► unconfirmed ── reference found ──► submitted    │
 *                         ├──────── proven absent ───────────────────┘
 *                         └──────── deadline ──► unknown (final)
 * ```
 *
 * The drawing shows the usual walk. The table below is complete: a report may overtake the answer to the send
 * request, so every state in which an attempt exists or existed can move to what a provider may report.
 */
const REPORTED = ["sent", "delivered", "read", "undelivered", "rejected", "expired"] as const;

export const MOVES = {
  queued: ["sending", "held", "canceled", "suppressed", "failed", "submitted", ...REPORTED],
  held: ["queued", "canceled", "suppressed", "submitted", ...REPORTED],
  sending: ["queued", "held", "unconfirmed", "submitted", "failed", ...REPORTED],
  unconfirmed: ["queued", "held", "submitted", "failed", "unknown", ...REPORTED],
  submitted: [...REPORTED, "unknown"],
  sent: ["delivered", "read", "undelivered", "rejected", "expired", "unknown"],
  delivered: ["read"],
  read: [],
  undelivered: [],
  rejected: [],
  expired: [],
  canceled: [],
  suppressed: [],
  failed: [],
  unknown: ["delivered", "undelivered", "expired", "rejected"],
} as const satisfies Record<string, readonly string[]>;

export type State = keyof typeof MOVES;

export const STATES: readonly State[] = Object.keys(MOVES) as State[];

const OPEN = ["queued", "held", "sending", "unconfirmed", "submitted", "sent"] as const satisfies State[];

export type OpenState = (typeof OPEN)[number];
export type FinalState = Exclude<State, OpenState>;

/** Tells whether a message in this state is done: nothing but later evidence of the listed kinds moves it. */
export function isFinal(state: State): state is FinalState {
  return !(OPEN as readonly State[]).includes(state);
}

/** Tells whether the provider has the message and a report is awaited. */
export function isFollowed(state: State): state is "submitted" | "sent" {
  return state === "submitted" || state === "sent";
}

/** Tells whether the table allows the move. */
export function mayMove(from: State, to: State): boolean {
  return (MOVES[from] as readonly State[]).includes(to);
}
