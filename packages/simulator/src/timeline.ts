/** From `afterMs` after its acceptance on, a message stands like this. */
export interface Step {
  readonly afterMs: number;
  readonly status: string;
}

/** The step a message has reached, of steps in the order of time; none before the first. */
export function stepAt<S extends Step>(steps: readonly S[], elapsedMs: number): S | undefined {
  return steps.findLast(({ afterMs }) => afterMs <= elapsedMs);
}
