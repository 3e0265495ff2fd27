import { dueOfScore, dueScore, exactScore } from "@hermod/core/polling/due-score";
import { chooseRequest } from "@hermod/core/polling/request";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { idOf } from "../test/samples.ts";
import { type ClaimTerms, openDueIndex } from "./due-index.ts";

const ACCOUNT = "main";
const TERMS: ClaimTerms = {
  batch: 32,
  maxMs: 600_000,
  perSecond: 1000,
  requests: 100,
  leaseMs: 60_000,
  grouped: false,
};

async function opened(partitions = 1) {
  const { redis, keys, link } = await openLink(partitions);
  const index = openDueIndex(redis, keys, link.clock);
  return {
    ...index,
    now: () => link.clock.now(),
    key: keys.due(0, ACCOUNT),
    redis,
    keys,
    link,
    async add(n: number, score: number): Promise<string> {
      const id = idOf(n);
      await redis.zadd(keys.due(keys.partitionOf(id), ACCOUNT), score, id);
      return id;
    },
    scoreOf: async (id: string) => Number(await redis.zscore(keys.due(keys.partitionOf(id), ACCOUNT), id)),
  };
}

const anyEntry = fc.record({
  dueInMs: fc.integer({ min: -900_000, max: 300_000 }),
  gapMs: fc.integer({ min: 2000, max: 600_000 }),
});

test("a claim takes just the messages that the policy chooses, whatever waits", async () => {
  const { redis, keys } = await opened();
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEntry, { maxLength: 150 }),
      fc.constantFrom(1, 2, 32, 100),
      async (entries, batch) => {
        await redis.del(keys.due(0, ACCOUNT), keys.statusBudget(0, ACCOUNT));
        const base = Date.now();
        const scores = entries.map(({ dueInMs, gapMs }) => dueScore(base + dueInMs, gapMs));
        if (scores.length > 0)
          await redis.zadd(keys.due(0, ACCOUNT), ...scores.flatMap((score, n) => [score, idOf(n)]));
        const args = [batch, 600_000, 60_000, 1, 1000, 500, ""];
        const [now, request = []] = await redis.hermodClaimDue(
          keys.due(0, ACCOUNT),
          keys.statusBudget(0, ACCOUNT),
          ...args,
        );
        const waiting = scores.map((score, n) => ({ ...dueOfScore(score), id: idOf(n), score }));
        waiting.sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1));
        const chosen = chooseRequest(waiting.slice(0, batch), Number(now), { batch, maxMs: 594_000 });
        expect(request).toEqual(chosen.slice(0, batch === 1 ? 1 : undefined).map(({ id }) => id));
      },
    ),
    { numRuns: 150 },
  );
});

test("claimers at the same time never take a message twice, and none takes more than fits into a request", async () => {
  const { redis, key, claim, now, link, keys } = await opened();
  const entries = Array.from({ length: 2000 }, (_, n) => [dueScore(now() - 1000, 5000), idOf(n)]).flat();
  await redis.zadd(key, ...entries);
  const other = openDueIndex(link.another(), keys, link.clock);
  const claims = await Promise.all([
    claim(ACCOUNT, TERMS),
    other.claim(ACCOUNT, TERMS),
    claim(ACCOUNT, TERMS),
  ]);
  const ids = claims.flat(2);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBe(2000);
  for (const request of claims.flat()) expect(request.length).toBeLessThanOrEqual(32);
});

test("what was claimed is due again when its lease is over, alone and not before", async () => {
  const { add, claim, now, scoreOf, redis, key } = await opened();
  const id = await add(1, exactScore(now() - 1));
  expect(await claim(ACCOUNT, TERMS)).toEqual([[id]]);
  expect((await scoreOf(id)) - now()).toBeGreaterThan(59_000);
  expect(await claim(ACCOUNT, TERMS)).toEqual([]);
  await redis.zincrby(key, -60_100, id);
  expect(await claim(ACCOUNT, TERMS)).toEqual([[id]]);
});

test("claimed messages take no place of the ones that wait", async () => {
  const { redis, key, claim, now } = await opened();
  const dueLater = dueScore(now() + 300_000, 599_000_000);
  await redis.zadd(key, ...Array.from({ length: 70 }, (_, n) => [exactScore(now() - 1), idOf(n)]).flat());
  await redis.zadd(key, ...Array.from({ length: 32 }, (_, n) => [dueLater, idOf(100 + n)]).flat());
  const requests = await claim(ACCOUNT, TERMS);
  expect(requests.map(({ length }) => length)).toEqual([32, 32, 32]);
});

test("the budget is never exceeded, and gathers again with time", async () => {
  const { redis, key, claim, now, keys } = await opened();
  await redis.zadd(key, ...Array.from({ length: 500 }, (_, n) => [exactScore(now() - 1), idOf(n)]).flat());
  const slow = { ...TERMS, batch: 1, perSecond: 10 };
  const startedAt = performance.now();
  let claimed = 0;
  for (let round = 0; round < 30; round += 1) claimed += (await claim(ACCOUNT, slow)).length;
  const seconds = (performance.now() - startedAt) / 1000;
  expect(claimed).toBeGreaterThanOrEqual(5);
  expect(claimed).toBeLessThanOrEqual(5 + 10 * seconds);
  // A minute passes.
  await redis.hincrby(keys.statusBudget(0, ACCOUNT), "at", -60_000);
  expect((await claim(ACCOUNT, slow)).length).toBe(5);
});

test("over partitions all accounts' shares together are the budget", async () => {
  const { add, claim, now } = await opened(4);
  for (let n = 0; n < 200; n += 1) await add(n, exactScore(now() - 1));
  const claimed = await claim(ACCOUNT, { ...TERMS, batch: 1, perSecond: 80 });
  expect(claimed.length).toBe(40);
});

test("a message is asked about by one at a time: of two orders that hold it, only one gets it", async () => {
  const { add, claim, take, now } = await opened();
  const id = await add(1, exactScore(now() - 1));
  await claim(ACCOUNT, TERMS);
  const taken = await Promise.all([take(ACCOUNT, [id], 30_000), take(ACCOUNT, [id], 30_000)]);
  expect(taken.flat()).toEqual([id]);
});

test("an order that comes late does not ask about what was answered for since, or is not there any more", async () => {
  const { add, claim, take, now } = await opened();
  const id = await add(1, exactScore(now() - 1));
  await claim(ACCOUNT, TERMS);
  await add(1, dueScore(now() + 5000, 5000));
  expect(await take(ACCOUNT, [id, idOf(2)], 30_000)).toEqual([]);
});

test("what was not asked about after all is due at once, and what was answered for stays as it is", async () => {
  const { add, claim, take, giveBack, now, scoreOf } = await opened();
  const id = await add(1, exactScore(now() - 1));
  const answered = await add(2, exactScore(now() - 1));
  const [request = []] = await claim(ACCOUNT, TERMS);
  await take(ACCOUNT, request, 30_000);
  const score = dueScore(now() + 9000, 9000);
  await add(2, score);
  await giveBack(ACCOUNT, [id, answered]);
  expect(await scoreOf(answered)).toBe(score);
  expect(await claim(ACCOUNT, TERMS)).toEqual([[id]]);
});

test("where groups are made elsewhere, each message is taken when it is due, and none before", async () => {
  const { add, claim, now } = await opened();
  const due = await add(1, dueScore(now() - 1, 60_000));
  await add(2, dueScore(now() + 1000, 60_000));
  expect(await claim(ACCOUNT, { ...TERMS, grouped: true })).toEqual([[due]]);
});
