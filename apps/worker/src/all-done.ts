/**
 * Waits for all of them, also when some fail, and then throws the first failure: whatever they hold may be given back only when
 * none of them runs any more.
 */
export async function allDone<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
