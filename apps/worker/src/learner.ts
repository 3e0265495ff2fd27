import type { FollowingCounts, Learning } from "@hermod/broker/learning";
import type { Finding } from "@hermod/core/finding";
import type { Learned } from "@hermod/core/polling/gap";
import { curveOf, type HazardCurve } from "@hermod/core/polling/hazard-curve";
import {
  addSketch,
  emptySketch,
  forget,
  type HazardSketch,
  learnFinal,
  learnPending,
} from "@hermod/core/polling/hazard-sketch";
import { lessonOf, routeNameOf } from "@hermod/core/polling/lessons";
import { silenceOf } from "@hermod/core/polling/push-health";
import type { MessageRecord } from "@hermod/core/record";

/** What this process knows of an account's routes, and what it adds to what all know. */
export interface Learner {
  learnedOf(record: MessageRecord): Learned;
  /** A status request about these messages, as they were, was answered. */
  heard(asked: readonly MessageRecord[], findings: ReadonlyMap<string, Finding>, at: number): void;
  /** Hands over what was learned since the last time. */
  flush(): Promise<void>;
  /** Takes over what all processes have learned. */
  reload(): Promise<void>;
}

interface Route {
  /** As stored when it was last read, and what was handed over since. */
  known: HazardSketch;
  /** Not handed over yet. */
  fresh: HazardSketch;
  curve: HazardCurve;
  lessons: number;
}

/** A curve is made anew after so much was learned. */
const LESSONS_PER_CURVE = 20;

/** Routes that are told apart; whoever has more learns them together. */
const MOST_ROUTES = 100;
const OTHERS = "others";

const NO_COUNTS: FollowingCounts = { requests: 0, looks: 0, finals: 0, timed: 0, lagMs: 0 };

/** Learns for one account. `chance` lies in [0, 1). */
export function openLearner(learning: Learning, account: string, chance: () => number): Learner {
  const routes = new Map<string, Route>();
  let counts = { ...NO_COUNTS };
  let found: string[] = [];
  let silence = 1;

  const routeOf = (record: MessageRecord): [name: string, route: Route] => {
    const own = routeNameOf(record);
    const name = routes.has(own) || routes.size < MOST_ROUTES ? own : OTHERS;
    const route = routes.get(name) ?? opened(emptySketch());
    routes.set(name, route);
    return [name, route];
  };

  const learn = (record: MessageRecord, finding: Finding, at: number): void => {
    const lesson = lessonOf(record, finding, at, chance());
    if (lesson.kind === "nothing") return;
    const [, route] = routeOf(record);
    if (lesson.kind === "pending") learnPending(route.fresh, lesson.fromAgeMs, lesson.toAgeMs);
    else {
      learnFinal(route.fresh, lesson);
      found.push(record.id);
      counts.finals += 1;
      counts.timed += lesson.lagMs === undefined ? 0 : 1;
      counts.lagMs += lesson.lagMs ?? 0;
    }
    route.lessons += 1;
    if (route.lessons >= LESSONS_PER_CURVE) drawCurve(route);
  };

  return {
    learnedOf: (record) => ({ curve: routeOf(record)[1].curve, silence }),
    heard(asked, findings, at) {
      counts.requests += 1;
      counts.looks += asked.length;
      for (const record of asked) learn(record, findings.get(record.id), at);
    },
    async flush() {
      const [told, ids] = [counts, found];
      counts = { ...NO_COUNTS };
      found = [];
      for (const [name, route] of routes) {
        if (route.lessons === 0 && route.fresh.finals === 0 && !isWatched(route.fresh)) continue;
        const { fresh } = route;
        route.fresh = emptySketch();
        addSketch(route.known, fresh);
        await learning.add(account, name, fresh);
      }
      if (told.requests > 0) await learning.count(account, told);
      const pushes = await learning.awaitPushes(account, ids);
      silence = pushes === undefined ? 1 : silenceOf(pushes);
    },
    async reload() {
      for (const [name, known] of await learning.routes(account)) {
        const route = routes.get(name);
        if (route === undefined) routes.set(name, opened(known));
        else {
          route.known = known;
          drawCurve(route);
        }
      }
    },
  };
}

function opened(known: HazardSketch): Route {
  return { known, fresh: emptySketch(), curve: curveOf(known), lessons: 0 };
}

function isWatched({ exposureMs }: HazardSketch): boolean {
  return exposureMs.some((riskMs) => riskMs > 0);
}

function drawCurve(route: Route): void {
  const all = emptySketch();
  addSketch(all, route.known);
  addSketch(all, route.fresh);
  forget(all);
  route.curve = curveOf(all);
  route.lessons = 0;
}
