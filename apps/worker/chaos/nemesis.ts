import { setTimeout as delay } from "node:timers/promises";
import { drawn, type Random } from "@hermod/simulator/random";
import type { AppProcess } from "@hermod/testing/app-process";
import type { OwnRedis } from "@hermod/testing/redis";
import type { Crew } from "./crew.ts";
import type { CuttingRelay } from "./cutting-relay.ts";

/** What the nemesis works on. */
export interface Victims {
  readonly crew: Crew;
  readonly relay: CuttingRelay;
  readonly redis: OwnRedis;
  readonly chance: Random;
  /** How long a process is frozen, at least and at most. */
  readonly freezeMs: readonly [number, number];
}

/** How often it did what. */
export type Deeds = Readonly<Record<Deed, number>>;
type Deed = "kill" | "freeze" | "cut" | "loseAnswers" | "restartRedis";

const DEEDS: readonly { readonly share: number; readonly value: Deed }[] = [
  { share: 0.4, value: "kill" },
  { share: 0.2, value: "freeze" },
  { share: 0.15, value: "cut" },
  { share: 0.15, value: "loseAnswers" },
  { share: 0.1, value: "restartRedis" },
];

/** Pause between two deeds, at least and at most. */
const PAUSE_MS = [300, 1800] as const;
/** Workers are met more often than pollers. */
const WORKERS = 0.7;
const REDIS_AWAY_MS = 1500;
const DEAF_MS = 150;

/** Does harm at random until the time is over; then everything that was stopped runs again. */
export async function rage(victims: Victims, signal: AbortSignal): Promise<Deeds> {
  const { chance } = victims;
  const deeds: Record<Deed, number> = { kill: 0, freeze: 0, cut: 0, loseAnswers: 0, restartRedis: 0 };
  const frozen: Promise<void>[] = [];
  while (!signal.aborted) {
    await delay(between(PAUSE_MS, chance), undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const deed = drawn(DEEDS, chance()) ?? "kill";
    const victim = chosen(victims);
    if (victim === undefined && (deed === "kill" || deed === "freeze")) continue;
    deeds[deed] += 1;
    const done = DO[deed](victims, victim, signal);
    if (deed === "freeze") frozen.push(done);
    else await done;
  }
  await Promise.all(frozen);
  return deeds;
}

const DO: Record<
  Deed,
  (victims: Victims, process: AppProcess | undefined, signal: AbortSignal) => Promise<void>
> = {
  async kill(_, process) {
    process?.kill("SIGKILL");
  },
  async freeze({ freezeMs, chance }, process, signal) {
    process?.kill("SIGSTOP");
    await delay(between(freezeMs, chance), undefined, { signal }).catch(() => {});
    process?.kill("SIGCONT");
  },
  async cut({ relay, chance }) {
    relay.cut(chance() < 0.5 ? 1 : 0.3, chance);
  },
  async loseAnswers({ relay, chance }) {
    relay.loseAnswers(0.5, chance, DEAF_MS);
  },
  async restartRedis({ redis, chance }) {
    await redis.kill();
    await delay(chance() * REDIS_AWAY_MS);
    await redis.restart();
  },
};

/**
 * One of those that work. The last one is spared: where starting takes long, because the machine is busy, there would be nobody who
 * does anything that could go wrong.
 */
function chosen({ crew, chance }: Victims): AppProcess | undefined {
  const some = crew.working(chance() < WORKERS ? "worker" : "poller");
  const which = Math.floor(chance() * some.length);
  return some.length > 1 ? some[which] : undefined;
}

function between([least, most]: readonly [number, number], chance: Random): number {
  return least + chance() * (most - least);
}
