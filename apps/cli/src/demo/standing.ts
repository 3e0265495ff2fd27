import type { State } from "@hermod/core/state";
import { tally } from "./figures.ts";
import type { FollowedMessage } from "./following.ts";
import type { DemoAccount } from "./mix.ts";
import { type AccountStanding, timeLeftMs } from "./progress.ts";
import { HORIZON_MS } from "./stage.ts";

/** What an account of the demo is given to do. */
export interface AccountTask extends DemoAccount {
  readonly sendPerSecond: number;
  /** Messages of the mix, some of which are handed over only by and by. */
  readonly mixed: number;
}

/** How the messages of an account stand; what is still to be handed over is counted as queued. */
export function standingOf(
  { name, sendPerSecond, mixed }: AccountTask,
  messages: readonly FollowedMessage[],
  now: number,
): AccountStanding & { readonly leftMs: number } {
  const own = messages.filter(({ account }) => account.name === name);
  const views = own.flatMap(({ view }) => view ?? []);
  const toCome = Math.max(0, mixed - own.length);
  const states: State[] = [
    ...own.map(({ view }): State => view?.state ?? "queued"),
    ...Array.from({ length: toCome }, (): State => "queued"),
  ];
  const submitted = views.flatMap(({ timestamps: { submittedAt } }) => submittedAt ?? []);
  const awaited = views.flatMap(({ final, timestamps }) => (final ? [] : (timestamps.submittedAt ?? [])));
  const gone = views.filter(({ final, timestamps }) => final || timestamps.submittedAt !== undefined).length;
  const remaining = {
    waiting: states.length - gone,
    sendPerSecond,
    lastSubmittedAt: awaited.length === 0 ? undefined : awaited.reduce((a, b) => Math.max(a, b)),
    horizonMs: HORIZON_MS,
  };
  return {
    name,
    states: tally(states),
    perSecond: submitted.filter((at) => at > now - 1000).length,
    leftMs: timeLeftMs(remaining, now),
  };
}
