import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { accepted, begun, queued } from "../test/samples.ts";
import { openInstallation } from "./installation.ts";
import { indexIdentities, openMessageIdentities } from "./message-identities.ts";
import { openParkedPushes } from "./parked-pushes.ts";

const KEPT_MS = 60_000;

async function open() {
  const opened = await openLink();
  const { redis, keys } = opened;
  const parked = openParkedPushes(redis, keys);
  return {
    ...opened,
    parked,
    claim: async (keptMs = KEPT_MS) => await parked.claim("main", 10, keptMs),
    /** As if time had passed since the last look. */
    makeDue: (identity: string) => redis.zadd(keys.parkedDue("main"), 0, identity),
  };
}

test("what is parked is due at once, and keeps each statement once and in order", async () => {
  const { parked, claim } = await open();
  for (const statement of ["a", "b", "a"]) expect(await parked.park("main", "i1", statement)).toBe("parked");
  const { pushes, expired } = await claim();
  expect(pushes.map(({ identity, statements }) => ({ identity, statements }))).toEqual([
    { identity: "i1", statements: ["a", "b"] },
  ]);
  expect(expired).toBe(0);
  expect((await claim()).pushes).toEqual([]);
});

test("a statement that begins like another one is another one", async () => {
  const { parked, claim } = await open();
  await parked.park("main", "i1", "abc");
  await parked.park("main", "i1", "ab");
  expect((await claim()).pushes[0]?.statements).toEqual(["abc", "ab"]);
});

test("what came in after it was read is not forgotten with it", async () => {
  const { parked, claim, makeDue } = await open();
  await parked.park("main", "i1", "a");
  const [push] = (await claim()).pushes;
  await parked.park("main", "i1", "b");
  if (push !== undefined) await parked.remove("main", push);
  await makeDue("i1");
  const [both] = (await claim()).pushes;
  expect(both?.statements).toEqual(["a", "b"]);
  if (both !== undefined) await parked.remove("main", both);
  expect((await parked.count(["main"])).get("main")).toBe(0);
});

test("what nobody came to be named by is given up in time", async () => {
  const { parked, claim, makeDue } = await open();
  await parked.park("main", "i1", "a");
  await claim();
  await makeDue("i1");
  await expect.poll(async () => (await claim(0)).expired).toBe(1);
  expect((await parked.count(["main"])).get("main")).toBe(0);
});

test("much about one message is refused, and harms no other", async () => {
  const { parked, claim } = await open();
  expect(await parked.park("main", "i1", "x".repeat(4000))).toBe("parked");
  expect(await parked.park("main", "i1", "y".repeat(200))).toBe("refused");
  expect(await parked.park("main", "i2", "z")).toBe("parked");
  expect((await claim()).pushes).toHaveLength(2);
});

test("so many are kept at most, and the one that would be looked at last has to go", async () => {
  const { parked, redis, keys } = await open();
  const old = Array.from({ length: 10_000 }, (_, index) => [index + 1, `old${index}`]).flat();
  await redis.zadd(keys.parkedDue("main"), ...old);
  expect(await parked.park("main", "i1", "a")).toBe("displaced");
  expect(await redis.zscore(keys.parkedDue("main"), "old9999")).toBeNull();
  expect((await parked.count(["main"])).get("main")).toBe(10_000);
});

test("a name that becomes known makes what was pushed under it due, and a name nobody waits for does not", async () => {
  const { parked, claim, redis, keys } = await open();
  const installation = await openInstallation(redis, keys.accounts.replace(/:accounts$/, ""), 1);
  const sending = begun(queued(1));
  const account = sending.account;
  const identities = openMessageIdentities(redis, installation);
  await parked.park(account, "iP", "a");
  await parked.claim(account, 10, KEPT_MS);
  expect(await identities.find(account, ["iP", "iQ"])).toEqual([undefined, undefined]);
  const pipeline = redis.pipeline();
  const change = { before: sending, after: accepted(sending) };
  for (const add of indexIdentities(installation, () => ({ keptMs: KEPT_MS, references: false }), [change]))
    add(pipeline);
  await pipeline.exec();
  expect(await identities.find(account, ["iP", "iQ"])).toEqual([sending.id, undefined]);
  expect((await parked.claim(account, 10, KEPT_MS)).pushes.map(({ identity }) => identity)).toEqual(["iP"]);
  expect((await claim()).pushes).toEqual([]);
});

test("messages are found by their number where the provider hints by it, the latest ones and no others", async () => {
  const { redis, keys } = await open();
  const installation = await openInstallation(redis, keys.accounts.replace(/:accounts$/, ""), 1);
  const identities = openMessageIdentities(redis, installation);
  const pipeline = redis.pipeline();
  const changes = Array.from({ length: 40 }, (_, n) => {
    const before = queued(n, {}, 1_750_000_000_000 + n);
    const after = { ...begun(before), references: { [before.account]: n + 1 } };
    return { before, after };
  });
  for (const add of indexIdentities(installation, () => ({ keptMs: KEPT_MS, references: true }), changes))
    add(pipeline);
  await pipeline.exec();
  const { account, to } = queued(0);
  expect(await identities.findByNumber(account, to)).toEqual(changes.slice(8).map(({ after }) => after.id));
  expect(await identities.findByNumber(account, "+84836106873")).toEqual([]);
  expect(await identities.findByNumber("another", to)).toEqual([]);
});
