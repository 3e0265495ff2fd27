/** How a handler answers its queue. Nothing else may be said, and only `broker/consume.ts` translates it. */
export type Decision =
  /** The work order is carried out; what its messages still need is in their records. */
  | { readonly kind: "done" }
  /** This order must come back later; it counts as no failure. */
  | { readonly kind: "retry"; readonly afterMs: number }
  /** The whole queue rests, in every process; the order comes back first. */
  | { readonly kind: "throttle"; readonly forMs: number }
  /** The order can never be carried out; it is kept for an operator to see. */
  | { readonly kind: "stop"; readonly reason: string };
