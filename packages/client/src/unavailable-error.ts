/**
 * Redis cannot be used right now. Whether what was asked for was done is not known: ask again with the same
 * idempotency key, which does it once.
 */
export class HermodUnavailableError extends Error {
  override readonly name = "HermodUnavailableError";
}
