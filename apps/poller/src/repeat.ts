import { setTimeout } from "node:timers/promises";

/** How repetition ends. */
export interface Until {
  /** Begins nothing more, and waits for what was begun. */
  readonly stop: AbortSignal;
  /** Waits for nothing any more. */
  readonly giveUp: AbortSignal;
}

/**
 * Does something again and again until `stop`: with a pause of `everyMs`, but at once while there is more. A
 * failure is reported and pauses too.
 */
export async function repeat(
  everyMs: number,
  { stop, giveUp }: Until,
  act: () => Promise<"more" | "idle">,
  onError: (error: unknown) => void,
): Promise<void> {
  const over = Promise.withResolvers<"idle">();
  giveUp.addEventListener("abort", () => over.resolve("idle"), { once: true });
  while (!stop.aborted && !giveUp.aborted) {
    const acted = act().catch((error: unknown) => {
      // Given up on purpose, it fails because nobody answers it any more.
      if (!stop.aborted) onError(error);
      return "idle" as const;
    });
    const found = await Promise.race([acted, over.promise]);
    if (found === "idle") await setTimeout(everyMs, undefined, { signal: stop }).catch(() => {});
  }
}
