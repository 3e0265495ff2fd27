import { announceAccounts } from "@hermod/broker/accounts";
import { connectRedis } from "@hermod/broker/connect";
import { keysOf } from "@hermod/broker/keys";
import { openObserver } from "@hermod/broker/observe";
import type { Announcement } from "@hermod/core/announcement";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { readOverview } from "./read-overview.ts";

const ANNOUNCED: Announcement = {
  ...{ v: 1, provider: "webcom", sendPerSecond: 10, retention: { recordMs: 1000, textMs: 0 } },
  capabilities: {
    ...{ content: ["text"], reference: "dedupes", lookup: "none", reports: "poll" },
    ...{ sendBatch: 1, statusBatch: 20, validity: false },
  },
};

test("what may wait for company is overdue by its account's own longest wait, and by the default where it does not tell", async () => {
  const { url, namespace } = isolatedRedis();
  await using link = await connectRedis(url, "process");
  const keys = keysOf(namespace);
  await announceAccounts(link.redis, keys, {
    brisk: { ...ANNOUNCED, check: { maxMs: 30_000 } },
    silent: ANNOUNCED,
  });
  const [seconds] = await link.redis.time();
  const now = Number(seconds) * 1000;
  for (const account of ["brisk", "silent"]) {
    for (const [n, agoMs] of [20_000, 60_000, 900_000].entries())
      await link.redis.zadd(keys.due(0, account), now - agoMs, `${n}`);
  }
  await using observer = await openObserver(link, { namespace });
  const { accounts } = await readOverview(observer, () => now);
  expect(accounts.map(({ name, due }) => [name, due.entries, due.overdue])).toEqual([
    ["brisk", 3, 2],
    ["silent", 3, 1],
  ]);
});
