/**
 * A signal that is aborted with the first of these, until it is disposed of. As cheap to ask as any other, while one of
 * `AbortSignal.any()` looks at all of its sources each time: each message asks it and listens to it several times.
 */
export function eitherOf(...sources: readonly AbortSignal[]): Disposable & { readonly signal: AbortSignal } {
  const either = new AbortController();
  const abort = (): void => either.abort();
  for (const source of sources) {
    if (source.aborted) abort();
    else source.addEventListener("abort", abort, { once: true });
  }
  return {
    signal: either.signal,
    [Symbol.dispose]: () => {
      for (const source of sources) source.removeEventListener("abort", abort);
    },
  };
}
