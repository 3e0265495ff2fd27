/** What another clock told, and when it was asked and answered by one's own monotonic clock, in milliseconds. */
export interface Reading {
  readonly atMs: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * How far the other clock is ahead of one's own. It was read at some moment between question and answer, so that what is known
 * stays as far as that can be true: a process that froze before it saw the answer does not take the time of then for the time
 * of now, and send what has expired.
 */
export function clockOffset(known: number | undefined, { atMs, askedAt, answeredAt }: Reading): number {
  const least = atMs - answeredAt;
  const most = atMs - askedAt;
  return known === undefined ? least : Math.min(Math.max(known, least), most);
}
