/** Redis cannot be used; the message is one sentence for the person on call and holds no secret. */
export class RedisUnusableError extends Error {
  override readonly name = "RedisUnusableError";
}
