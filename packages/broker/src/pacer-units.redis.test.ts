import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, onTestFinished, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { connectRedis } from "./connect.ts";
import { openPacer, type Pacer } from "./pacer.ts";

const ACCOUNT = "main";

interface Weighed {
  readonly at: number;
  readonly units: number;
}

/** Several pacers with a connection each, as several processes have. */
async function openPacers(count: number): Promise<Pacer[]> {
  const { redis, keys, link } = await openLink();
  const pacers = [openPacer(redis, keys, link.clock)];
  while (pacers.length < count) {
    const another = await connectRedis(isolatedRedis().url, "process");
    onTestFinished(() => another[Symbol.asyncDispose]());
    pacers.push(openPacer(another.redis, keys, another.clock));
  }
  return pacers;
}

/** Slots as they come: those that were too far away are asked for again. */
async function take(pacer: Pacer, units: readonly number[], perSecond: number): Promise<Weighed[]> {
  const taken: Weighed[] = [];
  while (taken.length < units.length) {
    const left = units.slice(taken.length);
    const found = await pacer.reserve(ACCOUNT, "send", left, { perSecond, mostAwayMs: 3_600_000 });
    if (found.kind !== "reserved") throw new Error(found.kind);
    for (const [index, offset] of (found.offsetsMs ?? []).entries()) {
      taken.push({ at: found.firstAt + offset, units: left[index] ?? 0 });
    }
  }
  return taken;
}

/** Most units within so long. */
function mostWithin(slots: readonly Weighed[], ms: number): number {
  return Math.max(
    ...slots.map((from) =>
      slots.reduce((sum, { at, units }) => (at >= from.at && at <= from.at + ms ? sum + units : sum), 0),
    ),
  );
}

test.for([
  { perSecond: 10, weights: [3], least: 0.8 },
  { perSecond: 50, weights: [1, 1, 3, 1, 7], least: 0.8 },
  { perSecond: 50, weights: [10], least: 0.9 },
  { perSecond: 500, weights: [1, 2, 1, 1, 12], least: 0.85 },
])(
  "requests of $weights units never exceed $perSecond in any sliding second, in several processes, and use most of it",
  async ({ perSecond, weights, least }) => {
    const pacers = await openPacers(3);
    const all = await Promise.all(
      pacers.map(async (pacer, index) => {
        const slots: Weighed[] = [];
        for (let units = 0; units < perSecond * 2; units = slots.reduce((sum, one) => sum + one.units, 0)) {
          slots.push(
            ...(await take(pacer, [...weights.slice(index % weights.length), ...weights], perSecond)),
          );
        }
        return slots;
      }),
    );
    const slots = all.flat().sort((a, b) => a.at - b.at);
    const [first, last] = [slots[0]?.at ?? 0, slots.at(-1)?.at ?? 0];
    expect(mostWithin(slots, 1020)).toBeLessThanOrEqual(perSecond);
    const units = slots.slice(0, -1).reduce((sum, one) => sum + one.units, 0);
    expect((units * 1000) / (last - first) / perSecond).toBeGreaterThanOrEqual(least);
  },
);

test("a request of more units than the limit of a second goes alone, and those that follow wait for what it is worth", async () => {
  const [pacer] = await openPacers(1);
  if (pacer === undefined) throw new Error("no pacer");
  const slots = await take(pacer, [1, 25, 1, 1], 10);
  const gaps = slots.slice(1).map(({ at }, index) => at - (slots[index]?.at ?? 0));
  expect(gaps[0]).toBeGreaterThan(1000);
  expect(gaps[1]).toBeGreaterThan(2500);
  expect(gaps[1]).toBeLessThan(2700);
  expect(gaps[2]).toBeLessThan(120);
});

test("requests that weigh nothing more than one go as evenly as those that are counted", async () => {
  const [pacer] = await openPacers(1);
  if (pacer === undefined) throw new Error("no pacer");
  const slots = await take(
    pacer,
    Array.from({ length: 20 }, () => 1),
    10,
  );
  const gaps = slots.slice(1).map(({ at }, index) => at - (slots[index]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(110);
  expect(Math.min(...gaps)).toBeGreaterThan(95);
});

test("after a rest requests that weigh come no sooner than it ends", async () => {
  const [pacer] = await openPacers(1);
  if (pacer === undefined) throw new Error("no pacer");
  await pacer.rest(ACCOUNT, "send", 2000);
  const [first] = await take(pacer, [2], 10);
  expect((first?.at ?? 0) - performance.now()).toBeGreaterThan(1900);
});
