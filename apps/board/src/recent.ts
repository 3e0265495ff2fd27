/**
 * Remembers an answer for `freshMs`, and asks once for all who want it meanwhile. A question that failed is asked
 * again.
 */
export function recent<T>(freshMs: number, ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly answer: Promise<T>; until: number } | undefined;
  return () => {
    if (known !== undefined && performance.now() < known.until) return known.answer;
    const asked = { answer: ask(), until: Number.POSITIVE_INFINITY };
    known = asked;
    asked.answer.then(
      () => {
        asked.until = performance.now() + freshMs;
      },
      () => {
        if (known === asked) known = undefined;
      },
    );
    return asked.answer;
  };
}
