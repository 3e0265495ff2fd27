import { connectRedis } from "@hermod/broker/connect";
import { consume, type Handle } from "@hermod/broker/consume";
import { openInstallation } from "@hermod/broker/installation";
import { openQueues } from "@hermod/broker/queues";
import { AccountBase } from "@hermod/core/config";
import { openMetrics } from "@hermod/service/metrics";
import { watchRedis } from "@hermod/service/redis-watch";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, onTestFinished, test } from "vitest";
import { watchQueues } from "./watched-queues.ts";

const ACCOUNT = "main";
const ORDER = { jobId: "s-1", priority: "normal", ids: ["0".repeat(26)] } as const;

/** A send queue that is watched, and whatever a test does to it. */
async function openWatched() {
  const { url, namespace } = isolatedRedis();
  const stack = new AsyncDisposableStack();
  onTestFinished(() => stack.disposeAsync());
  const link = stack.use(await connectRedis(url, "process"));
  const { keys } = await openInstallation(link.redis, namespace, 1);
  const queues = stack.use(openQueues(link.redis, keys));
  const watch = stack.use(
    watchRedis(openMetrics("worker", {}), { ask: () => link.redis.ping(), warnings: [] }),
  );
  const account = AccountBase.parse({ baseUrl: "http://127.0.0.1:9" });
  const watched = stack.use(watchQueues(queues, watch, ACCOUNT, account, 30_000));
  const { sign } = watched.send;
  return {
    queues,
    sign,
    /** As BullMQ does. */
    pause: () => link.redis.hset(`${keys.queuePrefix}:send.${ACCOUNT}:meta`, "paused", "1"),
    add: () => queues.add("send", ACCOUNT, [ORDER]),
    /** Seen often enough that a backlog would have shown. */
    staysQuiet: async () => {
      const until = performance.now() + 3500;
      await waitUntil(
        "some looks",
        () => {
          expect(sign.forMs()).toBe(0);
          return performance.now() > until;
        },
        { timeoutMs: 10_000, everyMs: 100 },
      );
    },
    work: (handle: Handle) =>
      stack.use(
        consume({
          redis: link.another(),
          keys,
          kind: "send",
          account: ACCOUNT,
          handle: watched.send.watched(handle),
          concurrency: 1,
          lockMs: 30_000,
          stalledMs: 15_000,
          stopping: new AbortController().signal,
          onError: () => {},
        }),
      ),
  };
}

test("orders that nobody takes are seen, and no longer once one is taken", async () => {
  const { add, sign, work } = await openWatched();
  await add();
  await waitUntil("the backlog to be seen", () => sign.forMs() > 1500, { timeoutMs: 10_000 });
  expect(sign.what).toBe("orders wait in send.main, and none is taken");
  work(async () => ({ kind: "done" }));
  await waitUntil("it to be gone", () => sign.forMs() === 0, { timeoutMs: 10_000 });
});

test("a queue with a hung handler and further orders is seen", async () => {
  const { queues, sign, work } = await openWatched();
  const hung = Promise.withResolvers<{ kind: "done" }>();
  onTestFinished(() => hung.resolve({ kind: "done" }));
  work(() => hung.promise);
  await queues.add("send", ACCOUNT, [ORDER, { ...ORDER, jobId: "s-2" }]);
  await waitUntil("the backlog to be seen", () => sign.forMs() > 1500, { timeoutMs: 10_000 });
});

test("an empty queue may stay untouched", async () => {
  const { staysQuiet } = await openWatched();
  await staysQuiet();
});

test("orders of a queue that an operator paused may wait", async () => {
  const { add, pause, staysQuiet } = await openWatched();
  await pause();
  await add();
  await staysQuiet();
});

test("orders of an account that rests may wait", async () => {
  const { add, queues, work, staysQuiet } = await openWatched();
  await add();
  work(async () => ({ kind: "throttle", forMs: 60_000 }));
  await waitUntil("the account to rest", () => queues.isResting("send", ACCOUNT));
  // The account rests before its order is back.
  await waitUntil("its order to wait", async () => (await queues.waiting("send", ACCOUNT)) === 1);
  await staysQuiet();
});

test("an account with long requests is given their time", async () => {
  const { queues } = await openWatched();
  const watch = { silentMs: () => 0, answeringMs: () => 1e9, [Symbol.dispose]: () => {} };
  const slow = AccountBase.parse({ baseUrl: "http://127.0.0.1:9", timeoutMs: 60_000 });
  using watched = watchQueues(queues, watch, ACCOUNT, slow, 30_000);
  expect(watched.send.sign.limitMs).toBe(70_000);
});
