import type { Following } from "./following.ts";
import { pause, unless } from "./interrupts.ts";
import type { Screen } from "./screen.ts";
import { type AccountTask, standingOf } from "./standing.ts";

export interface WatchingParts {
  readonly following: Following;
  readonly screen: Screen;
  readonly stop: AbortSignal;
  readonly tasks: readonly AccountTask[];
}

export interface Watching {
  /** Looks at the messages and shows how they stand, until `done` or the deadline. */
  until(done: () => boolean, deadlineMs: number): Promise<void>;
  elapsedMs(): number;
}

/** Between two looks; a picture that changes more often is only restless. */
const LOOK_MS = 400;

export function openWatching({ following, screen, stop, tasks }: WatchingParts): Watching {
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;

  const show = (isEndless: boolean): void => {
    const messages = following.messages();
    const now = Date.now();
    const accounts = tasks.map((task) => standingOf(task, messages, now));
    const leftMs = isEndless ? undefined : Math.max(...accounts.map((account) => account.leftMs));
    screen.show({ elapsedMs: elapsedMs(), leftMs, accounts });
  };

  return {
    elapsedMs,
    async until(done, deadlineMs) {
      const deadlineAt = performance.now() + deadlineMs;
      for (;;) {
        await unless(stop, following.look());
        show(deadlineMs === Number.POSITIVE_INFINITY);
        if (done() || performance.now() > deadlineAt) return;
        await pause(LOOK_MS, stop);
      }
    },
  };
}
