import { inOneBreath } from "@hermod/broker/in-one-breath";
import type { PaceLimits, Reservation } from "@hermod/broker/pacer";
import { inRequests } from "@hermod/core/rate-unit";
import type { Pace } from "./slots.ts";

interface Asked {
  readonly units: readonly number[];
  readonly limits: Omit<PaceLimits, "perSecond">;
}

/**
 * The same pace, of which those who ask in one breath get slots that were reserved together, first come first: no more than `most` units
 * at once, since who asks after them may be more urgent.
 */
export function paceTogether(pace: Pace, most: number): Pace {
  const alone = ({ units, limits }: Asked): Promise<Reservation> => pace.reserve(units, limits);

  const forAll = (group: readonly Asked[]): Promise<Reservation>[] => {
    if (group.length === 1) return group.map(alone);
    const units = group.flatMap((one) => one.units);
    const found = pace.reserve(units, limitsOf(group));
    let before = 0;
    return group.map(async (one) => {
      const first = before;
      before += one.units.length;
      const all = await found;
      // Only one message may try an open breaker, and must be named.
      if (all.kind === "open") return await alone(one);
      if (all.kind === "busy") return all;
      const part = partOf(all, first, one.units.length);
      // What others gave back may be fewer than were asked for.
      return part.slots > 0 ? part : await alone(one);
    });
  };

  /** Nobody waits for more than its own slots, so that there is a promise for each. */
  const openBreath = () =>
    inOneBreath<Asked, Promise<Reservation>>(async (asked) => {
      const groups = inRequests(asked, { most: asked.length, mostUnits: most }, ({ units }) => sumOf(units));
      return groups.flatMap(({ messages }) => forAll(messages));
    });
  /** By how far away a slot may be. */
  const breaths = new Map<number, ReturnType<typeof openBreath>>();

  return {
    ...pace,
    async reserve(units, limits) {
      // Nobody else is to go behind it.
      if (limits.keptFreeMs !== undefined) return await pace.reserve(units, limits);
      const together = breaths.get(limits.mostAwayMs) ?? openBreath();
      breaths.set(limits.mostAwayMs, together);
      const [found] = await together([{ units, limits }] as const);
      return await found;
    },
  };
}

/** The limits of all: none of their slots comes too soon, and the account's orders have come as far as the last of them. */
function limitsOf(group: readonly Asked[]): Asked["limits"] {
  const [first] = group;
  return {
    mostAwayMs: first?.limits.mostAwayMs ?? 0,
    soonestInMs: Math.max(...group.map(({ limits }) => limits.soonestInMs ?? 0)),
    priority: Math.max(...group.map(({ limits }) => limits.priority ?? 0)),
  };
}

/** Those of the slots that come after so many others. */
function partOf(
  found: Reservation & { kind: "reserved" },
  before: number,
  count: number,
): Reservation & { kind: "reserved" } {
  const { at, firstAt, firstInMs, limitedMs, everyMs, slots, offsetsMs } = found;
  const offset = offsetsMs === undefined ? before * everyMs : (offsetsMs[before] ?? 0);
  return {
    ...found,
    at: at + offset,
    firstAt: firstAt + offset,
    firstInMs: firstInMs + offset,
    limitedMs: limitedMs + offset,
    slots: Math.max(0, Math.min(count, slots - before)),
    ...(offsetsMs === undefined
      ? {}
      : { offsetsMs: offsetsMs.slice(before, before + count).map((other) => other - offset) }),
  };
}

function sumOf(units: readonly number[]): number {
  return units.reduce((sum, one) => sum + one, 0);
}
