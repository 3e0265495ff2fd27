const questions = new WeakMap<AbortSignal, () => boolean>();
const lasting = new WeakSet<AbortSignal>();

/**
 * A signal for one request that is written only if `mayWrite` says so then. It is never aborted: the question is asked in the
 * turn in which the request would be written, which no timer could be as exact as. What follows the first write, as an answer to a
 * challenge does, is not bound any more.
 */
export function askingBeforeWrite(mayWrite: () => boolean): AbortSignal {
  const { signal } = new AbortController();
  questions.set(signal, mayWrite);
  lasting.add(signal);
  return signal;
}

/** Whether it is known that nobody aborts it: to listen to it would cost more than to ask. */
export function isLasting(signal: AbortSignal): boolean {
  return lasting.has(signal);
}

/** The same question for a signal that ends early in other ways too. */
export function askingAs(asking: AbortSignal, signal: AbortSignal): AbortSignal {
  const mayWrite = questions.get(asking);
  if (mayWrite !== undefined) questions.set(signal, mayWrite);
  return signal;
}

/** Asks whether the request with this signal may be written. */
export function mayBeWritten(signal: AbortSignal): boolean {
  const mayWrite = questions.get(signal);
  if (mayWrite === undefined) return true;
  if (!mayWrite()) return false;
  questions.delete(signal);
  return true;
}
