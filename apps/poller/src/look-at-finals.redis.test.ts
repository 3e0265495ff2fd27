import { openFinalGroup } from "@hermod/broker/final-group";
import type { GroupStanding } from "@hermod/broker/final-groups";
import { openLog } from "@hermod/service/log";
import { expect, onTestFinished, test, vi } from "vitest";
import { openedBroker } from "../test/opened-broker.ts";
import { lookAtFinals } from "./look-at-finals.ts";

test("a group that falls behind what is kept is told in the log, once, and shown", async () => {
  const opened = await openedBroker();
  onTestFinished(() => opened[Symbol.asyncDispose]());
  const { broker, link } = opened;
  const { keys } = broker.installation;
  await openFinalGroup(link.redis, keys, {
    producer: "shop",
    group: "billing",
    consumer: "one",
    from: "oldest",
    claimAfterMs: 1000,
  });
  const pipeline = link.redis.pipeline();
  for (let n = 0; n < 30; n += 1) pipeline.xadd(keys.finals(n % 2, "shop"), "*", "e", "[]");
  await pipeline.exec();
  const log = openLog("poller", "silent");
  const error = vi.spyOn(log, "error");
  const shown: (readonly GroupStanding[])[] = [];
  const look = () =>
    lookAtFinals({ link, keys, keepFinals: 10, log, show: (standings) => void shown.push(standings) });
  await look();
  await look();
  expect(error.mock.calls).toEqual([
    [expect.objectContaining({ producer: "shop", group: "billing", missed: 20 }), expect.any(String)],
  ]);
  expect(shown.at(-1)).toMatchObject([{ missed: 20, waiting: 10 }]);
});
