import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { openPacer } from "./pacer.ts";
import { openStatusPauses } from "./status-pause.ts";

const ACCOUNT = "main";
const BOUNDS = { code: "http_503", shortestMs: 1000, longestMs: 5000 };

async function opened() {
  const { redis, keys, link } = await openLink();
  const pacer = openPacer(redis, keys, link.clock);
  return {
    ...openStatusPauses(redis, keys),
    now: () => link.clock.now(),
    /** Whether a question of this request may go out. */
    mayAsk: async (message: string) =>
      (await pacer.reserve(ACCOUNT, "status", 1, { perSecond: 1000, mostAwayMs: 1000, message })).kind ===
      "reserved",
    /** Time passes. */
    pass: (ms: number) => redis.hincrby(keys.breaker(ACCOUNT, "status"), "at", -ms),
  };
}

test("after a refusal nobody asks, until one request tries the account and is answered", async () => {
  const { get, refuse, probe, end, mayAsk, pass } = await opened();
  expect(await mayAsk("a")).toBe(true);
  expect(await refuse(ACCOUNT, { ...BOUNDS, request: "a" })).toBe(1000);
  expect(await mayAsk("a")).toBe(false);
  expect(await probe(ACCOUNT, "b", 30_000)).toBe(false);
  await pass(1000);
  const probes = await Promise.all(["b", "c", "d"].map((request) => probe(ACCOUNT, request, 30_000)));
  expect(probes.filter(Boolean)).toHaveLength(1);
  const [one = ""] = ["b", "c", "d"].filter((_, index) => probes[index]);
  expect([await mayAsk(one), await mayAsk("e")]).toEqual([true, false]);
  expect([await end(ACCOUNT, "e"), await end(ACCOUNT, one)]).toEqual([false, true]);
  expect(await get(ACCOUNT)).toBeUndefined();
  expect(await mayAsk("e")).toBe(true);
});

test("each refusal in a row doubles the rest, up to the longest, and an answer makes it short again", async () => {
  const { refuse, probe, end, pass } = await opened();
  const rests: number[] = [];
  let request = "a";
  for (const next of ["b", "c", "d", "e"]) {
    const restMs = await refuse(ACCOUNT, { ...BOUNDS, request });
    rests.push(restMs);
    await pass(restMs);
    await probe(ACCOUNT, next, 0);
    request = next;
  }
  expect(rests).toEqual([1000, 2000, 4000, 5000]);
  await end(ACCOUNT, request);
  expect(await refuse(ACCOUNT, { ...BOUNDS, request: "f" })).toBe(1000);
});

test("the provider's own wish goes before, and requests that were under way make the rest no shorter", async () => {
  const { refuse, get, now } = await opened();
  expect(await refuse(ACCOUNT, { ...BOUNDS, request: "a", retryAfterMs: 60_000 })).toBe(60_000);
  await refuse(ACCOUNT, { ...BOUNDS, request: "b" });
  expect(((await get(ACCOUNT))?.probeAt ?? 0) - now()).toBeGreaterThan(58_000);
  await refuse(ACCOUNT, { ...BOUNDS, request: "c", retryAfterMs: 120_000 });
  expect(((await get(ACCOUNT))?.probeAt ?? 0) - now()).toBeGreaterThan(118_000);
});

test("a request that tried and is never heard of again is followed by another one", async () => {
  const { refuse, probe, pass } = await opened();
  await refuse(ACCOUNT, { ...BOUNDS, request: "a" });
  await pass(1000);
  expect(await probe(ACCOUNT, "b", 30_000)).toBe(true);
  expect(await probe(ACCOUNT, "c", 30_000)).toBe(false);
  await pass(30_000);
  expect(await probe(ACCOUNT, "c", 30_000)).toBe(true);
});
