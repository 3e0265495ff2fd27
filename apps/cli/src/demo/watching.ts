import type { MessageView } from "@hermod/client";
import type { Following } from "./following.ts";
import { pause, unless } from "./interrupts.ts";
import { type Standing, timeLeftMs } from "./progress.ts";
import type { Screen } from "./screen.ts";
import { HORIZON_MS } from "./stage.ts";

export interface WatchingParts {
  readonly following: Following;
  readonly screen: Screen;
  readonly stop: AbortSignal;
  readonly sendPerSecond: number;
  /** Messages of the mix, most of which are handed over only by and by. */
  readonly mixed: number;
}

export interface Watching {
  /** Looks at the messages and shows how they stand, until `done` or the deadline. */
  until(done: () => boolean, deadlineMs: number): Promise<void>;
  elapsedMs(): number;
}

/** Between two looks; a picture that changes more often is only restless. */
const LOOK_MS = 400;

export function openWatching({ following, screen, stop, sendPerSecond, mixed }: WatchingParts): Watching {
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;

  const standing = (isEndless: boolean): Standing => {
    const states = following.states();
    const views = following.views();
    const now = Date.now();
    const messages = Math.max(mixed, following.count());
    const gone = views.filter(
      ({ final, timestamps }) => final || timestamps.submittedAt !== undefined,
    ).length;
    const perSecond = views.filter(({ timestamps: { submittedAt = 0 } }) => submittedAt > now - 1000).length;
    const remaining = {
      waiting: messages - gone,
      sendPerSecond,
      lastSubmittedAt: lastSubmittedAt(views),
      horizonMs: HORIZON_MS,
    };
    const leftMs = isEndless ? undefined : timeLeftMs(remaining, now);
    return { elapsedMs: elapsedMs(), messages, states, perSecond, leftMs };
  };

  return {
    elapsedMs,
    async until(done, deadlineMs) {
      const deadlineAt = performance.now() + deadlineMs;
      for (;;) {
        await unless(stop, following.look());
        screen.show(standing(deadlineMs === Number.POSITIVE_INFINITY));
        if (done() || performance.now() > deadlineAt) return;
        await pause(LOOK_MS, stop);
      }
    },
  };
}

function lastSubmittedAt(views: readonly MessageView[]): number | undefined {
  const times = views.flatMap(({ final, timestamps }) => (final ? [] : (timestamps.submittedAt ?? [])));
  return times.length === 0 ? undefined : times.reduce((latest, time) => Math.max(latest, time));
}
