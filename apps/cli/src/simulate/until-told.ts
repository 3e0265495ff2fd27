/** Waits for somebody to end it. */
export interface UntilTold extends Disposable {
  /** Resolves at SIGINT, SIGTERM, SIGHUP, or when whoever read our output is gone. */
  readonly told: Promise<void>;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** From here on a signal only ends the wait, also a second one: pnpm passes a Ctrl-C on that the terminal has sent already. */
export function untilTold(): UntilTold {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  for (const signal of SIGNALS) process.on(signal, end);
  process.stdout.on("error", end);
  return {
    told: promise,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, end);
      process.stdout.off("error", end);
    },
  };
}
