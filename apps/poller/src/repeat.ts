import { setTimeout } from "node:timers/promises";

/**
 * Does something again and again until `stop`: with a pause of `everyMs`, but at once while there is more. A
 * failure is reported and pauses too.
 */
export async function repeat(
  everyMs: number,
  stop: AbortSignal,
  act: () => Promise<"more" | "idle">,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!stop.aborted) {
    const found = await act().catch((error: unknown) => {
      onError(error);
      return "idle" as const;
    });
    if (found === "idle") await setTimeout(everyMs, undefined, { signal: stop }).catch(() => {});
  }
}
