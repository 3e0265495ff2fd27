/** Status requests that an account has left: a token bucket. */
export interface StatusBudget {
  readonly tokens: number;
  readonly at: number;
}

export interface BudgetTerms {
  readonly perSecond: number;
  readonly burst: number;
  /** Tokens that must stay for other requests to the same account. */
  readonly reserve: number;
}

/** Spends a token for a request, or nothing: undefined when the budget does not allow one now. */
export function spendRequest(
  { tokens, at }: StatusBudget,
  now: number,
  { perSecond, burst, reserve }: BudgetTerms,
): StatusBudget | undefined {
  const filled = Math.min(burst, tokens + ((now - at) * perSecond) / 1000);
  return filled >= 1 + reserve ? { tokens: filled - 1, at: now } : undefined;
}
