import { startRedis } from "@hermod/testing/redis";
import { expect, onTestFinished, test, vi } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";
import { producerClock } from "./producer-clock.ts";

/** How often Redis was asked for its time. */
async function timesAsked(redis: { info(section: string): Promise<string> }): Promise<number> {
  return Number(/cmdstat_time:calls=(\d+)/.exec(await redis.info("commandstats"))?.[1] ?? 0);
}

test("a message that is sent after the machine has slept expires by the clock of Redis", async () => {
  await using announced = await openAnnounced();
  const { hermod, broker, link } = announced;
  await hermod.send(message());
  const real = performance.now.bind(performance);
  const now = vi.spyOn(performance, "now").mockImplementation(() => real() - 3_600_000);
  const { id } = await hermod.send(message({ expiresInMs: 60_000 })).finally(() => now.mockRestore());
  const [found] = await broker.store.load([id]);
  if (found?.kind !== "record") throw new Error("the message is missing");
  expect(Math.abs(found.record.acceptedAt - link.clock.now())).toBeLessThan(1000);
  expect(found.record.expiresAt).toBeGreaterThan(link.clock.now());
});

test("messages in a row ask for the time in the round trips that they make anyway", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await using announced = await openAnnounced({ url: server.url });
  const { hermod, link } = announced;
  const before = await timesAsked(link.redis);
  for (let count = 0; count < 20; count += 1) await hermod.send(message());
  expect(await timesAsked(link.redis)).toBe(before + 20);
});

/** A machine and a Redis whose clocks the test turns. */
function openClocks() {
  const moment = { monotonicMs: 0, wallMs: 1_000_000 };
  const redis = { atMs: 5_000_000, asked: 0 };
  let known = redis.atMs;
  const kept = {
    now: () => known,
    set: (atMs: number) => {
      known = atMs;
    },
  };
  const read = async (): Promise<number> => {
    redis.asked += 1;
    return redis.atMs;
  };
  return { moment, redis, clock: producerClock(kept, read, () => ({ ...moment })) };
}

test("a reading that is at most a second old is used again", async () => {
  const { moment, redis, clock } = openClocks();
  moment.monotonicMs += 900;
  moment.wallMs += 900;
  await clock.refresh();
  expect(redis.asked).toBe(0);
});

test("a step of the clock of Redis is known a second later", async () => {
  const { moment, redis, clock } = openClocks();
  redis.atMs -= 3_600_000;
  moment.monotonicMs += 1001;
  moment.wallMs += 1001;
  await clock.refresh();
  expect(clock.now()).toBe(redis.atMs);
});

test("a machine that slept asks again although its own monotonic clock stood still", async () => {
  const { moment, redis, clock } = openClocks();
  redis.atMs += 3_600_000;
  moment.wallMs += 3_600_000;
  await clock.refresh();
  expect(clock.now()).toBe(redis.atMs);
});

test("a reading that came with something else is as good, and many who ask at once ask once", async () => {
  const { moment, redis, clock } = openClocks();
  moment.monotonicMs += 5000;
  clock.set(6_000_000);
  await clock.refresh();
  expect([clock.now(), redis.asked]).toEqual([6_000_000, 0]);
  moment.monotonicMs += 5000;
  await Promise.all([clock.refresh(), clock.refresh(), clock.refresh()]);
  expect(redis.asked).toBe(1);
});
