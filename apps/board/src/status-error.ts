/** A request is answered with this status and these words. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/**
 * How anything that was thrown is answered. Words of libraries are not passed on; what has no status of its own comes
 * from a Redis that is away.
 */
export function statusOf(error: unknown): { readonly statusCode: number; readonly message: string } {
  if (error instanceof StatusError) return error;
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode !== "number") return { statusCode: 503, message: "Redis does not answer." };
  return { statusCode, message: WORDS[statusCode] ?? "This request cannot be answered." };
}

const WORDS: Readonly<Record<number, string>> = {
  401: "A user name and a password are needed.",
  413: "This request is too large.",
  414: "This address is too long.",
  503: "Redis does not answer in time.",
};
