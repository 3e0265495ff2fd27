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

  const forAll = async (group: readonly Asked[]): Promise<Reservation[]> => {
    if (group.length === 1) return await Promise.all(group.map(alone));
    const units = group.flatMap((one) => one.units);
    const found = await pace.reserve(units, limitsOf(group));
    // Only one message may try an open breaker, and must be named.
    if (found.kind === "open") return await Promise.all(group.map(alone));
    if (found.kind === "busy") return group.map(() => found);
    let before = 0;
    const parts = group.map((one) => {
      const part = partOf(found, before, one.units.length);
      before += one.units.length;
      // What others gave back may be fewer than were asked for.
      return part.slots > 0 ? part : alone(one);
    });
    return await Promise.all(parts);
  };

  const together = inOneBreath<Asked, Reservation>(async (asked) => {
    const alike = Map.groupBy(asked, ({ limits }) => limits.mostAwayMs);
    const groups = [...alike.values()].flatMap((all) =>
      inRequests(all, { most: all.length, mostUnits: most }, ({ units }) => sumOf(units)),
    );
    const found = await Promise.all(groups.map(({ messages }) => forAll(messages)));
    const answers = new Map(
      groups.flatMap(({ messages }, group) =>
        messages.map((one, place) => [one, found[group]?.[place]] as const),
      ),
    );
    return asked.flatMap((one) => answers.get(one) ?? []);
  });

  return {
    ...pace,
    async reserve(units, limits) {
      // Nobody else is to go behind it.
      if (limits.keptFreeMs !== undefined) return await pace.reserve(units, limits);
      const [found] = await together([{ units, limits }] as const);
      return found;
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
