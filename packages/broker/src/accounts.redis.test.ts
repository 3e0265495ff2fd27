import type { Announcement } from "@hermod/core/announcement";
import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { announceAccounts, readAccounts } from "./accounts.ts";

const ANNOUNCEMENT: Announcement = {
  v: 1,
  provider: "etelecom",
  capabilities: {
    content: ["template"],
    reference: "none",
    lookup: "none",
    reports: "poll",
    sendBatch: 1,
    statusBatch: 100,
    validity: false,
  },
  sendPerSecond: 20,
  retention: { recordMs: 604_800_000, textMs: 0 },
};

test("what one process announces another one reads", async () => {
  const { redis, keys } = await openLink();
  expect(await readAccounts(redis, keys)).toEqual(new Map());
  await announceAccounts(redis, keys, { one: ANNOUNCEMENT, two: { ...ANNOUNCEMENT, provider: "webcom" } });
  const read = await readAccounts(redis, keys);
  expect(read).toEqual(
    new Map([
      ["one", ANNOUNCEMENT],
      ["two", { ...ANNOUNCEMENT, provider: "webcom" }],
    ]),
  );
});

test("announcing again replaces the account and leaves those of other processes", async () => {
  const { redis, keys } = await openLink();
  await announceAccounts(redis, keys, { one: ANNOUNCEMENT, two: ANNOUNCEMENT });
  await announceAccounts(redis, keys, { one: { ...ANNOUNCEMENT, sendPerSecond: 1 } });
  await announceAccounts(redis, keys, {});
  const read = await readAccounts(redis, keys);
  expect([read.get("one")?.sendPerSecond, read.get("two")?.sendPerSecond]).toEqual([1, 20]);
});

test("garbage and announcements of another version are left out, the others stay", async () => {
  const { redis, keys } = await openLink();
  await announceAccounts(redis, keys, { good: ANNOUNCEMENT });
  await redis.hset(keys.accounts, {
    garbage: "{",
    empty: "",
    later: JSON.stringify({ ...ANNOUNCEMENT, v: 2 }),
    poor: JSON.stringify({ v: 1 }),
  });
  expect([...(await readAccounts(redis, keys)).keys()]).toEqual(["good"]);
});

test("an announcement with more fields than this version knows is read all the same", async () => {
  const { redis, keys } = await openLink();
  await redis.hset(keys.accounts, { new: JSON.stringify({ ...ANNOUNCEMENT, later: 1 }) });
  expect((await readAccounts(redis, keys)).get("new")).toEqual(ANNOUNCEMENT);
});
