import { audit, isMissing } from "./audit.ts";
import { planChecks } from "./plan-checks.ts";
import { isRunning, openProcess, type Process, start, type Task } from "./process.ts";
import { releaseHeld } from "./release-held.ts";
import { sweep } from "./sweep.ts";
import type { World } from "./world.ts";

/** What a poller looks after: `timers`, `audit`, `due <account>` or `held <account>`. */
export type Matter = string;

/** The pollers. Where the real ones look all the time, these are told when there may be something to see. */
export interface Pollers {
  /** In this matter something is due at that time. */
  wake(matter: Matter, at: number): void;
}

interface Loop {
  readonly poller: Process;
  readonly look: () => Task<unknown>;
  /** When something will be due next. */
  readonly nextAt: () => number;
  lookAt: number;
  isLooking: boolean;
}

/** Pause between two looks. */
const LOOK_MS = 100;

/** Where there is something due that a look could not take, it looks again after this time. */
const AGAIN_MS = 1000;

export function openPollers(world: World): Pollers {
  const { agenda, random, plan } = world;
  const loops = new Map<Matter, Loop[]>();

  const plannedLook = (loop: Loop, at: number): void => {
    if (loop.isLooking || at >= loop.lookAt || at === Number.POSITIVE_INFINITY) return;
    loop.lookAt = at;
    agenda.at(at, () => {
      if (loop.lookAt === at) look(loop);
    });
  };
  const look = (loop: Loop): void => {
    const { poller } = loop;
    loop.lookAt = Number.POSITIVE_INFINITY;
    // When it comes back it looks after everything.
    if (!poller.isUp) return;
    if (isRunning(world, poller)) {
      loop.isLooking = true;
      start(world, poller, once(loop));
    } else plannedLook(loop, poller.frozenUntil);
  };
  const once = function* (loop: Loop): Task {
    try {
      yield* loop.look();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "Refusal") throw error;
    }
    loop.isLooking = false;
    const dueAt = loop.nextAt();
    const now = agenda.now();
    plannedLook(loop, dueAt <= now ? now + AGAIN_MS : dueAt + random.between(0, LOOK_MS));
  };

  for (let index = 0; index < plan.pollers; index += 1) {
    const own: Loop[] = [];
    const poller = openProcess(`poller ${index + 1}`, () => {
      for (const loop of own) {
        loop.isLooking = false;
        plannedLook(loop, agenda.now() + random.between(0, LOOK_MS));
      }
    });
    const add = (matter: Matter, lookOnce: Loop["look"], nextAt: Loop["nextAt"]): void => {
      const loop: Loop = {
        poller,
        look: lookOnce,
        nextAt,
        lookAt: Number.POSITIVE_INFINITY,
        isLooking: false,
      };
      own.push(loop);
      loops.set(matter, [...(loops.get(matter) ?? []), loop]);
    };
    add(
      "audit",
      () => audit(world, poller),
      () => (isMissing(world) ? 0 : Number.POSITIVE_INFINITY),
    );
    add(
      "timers",
      () => sweep(world, poller),
      () => world.store.timerAt(),
    );
    for (const { name } of plan.accounts) {
      add(
        `due ${name}`,
        () => planChecks(world, poller, name),
        () => world.store.dueAt(name),
      );
      add(
        `held ${name}`,
        () => releaseHeld(world, poller, name),
        () => releaseAt(world, name),
      );
    }
  }
  return {
    wake(matter, at) {
      const soon = Math.max(at, agenda.now());
      for (const loop of loops.get(matter) ?? []) plannedLook(loop, soon + random.between(0, LOOK_MS));
    },
  };
}

function releaseAt({ store, gates }: World, account: string): number {
  if (store.firstHeld(account, 1).length === 0) return Number.POSITIVE_INFINITY;
  return gates.breaker(account)?.probeAt ?? 0;
}
