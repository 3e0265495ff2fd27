/**
 * Does something again and again, never twice at once. Ending does not wait for what is under way: while
 * Redis is away it may take for ever. A failure is for `act` to know of.
 */
export function regularly(everyMs: number, act: () => Promise<void>): Disposable {
  let underWay = false;
  const timer = setInterval(async () => {
    if (underWay) return;
    underWay = true;
    await act();
    underWay = false;
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
