import { openClient } from "@hermod/client";
import { freePort } from "@hermod/testing/free-port";
import { startBench, textOf } from "./bench-account.ts";
import { costOfEach, spentBy } from "./costs.ts";
import { openFinalCount } from "./count-finals.ts";
import type { Figures } from "./rounds.ts";

/** A Hermod that is at work when messages are handed over. */
export interface Running extends AsyncDisposable {
  readonly redisUrl: string;
  /** Where its account's receipts can be pushed to. */
  readonly pushUrl: string;
  /**
   * Hands bulk messages over in one call, and waits until all are final: how many a second from the first handing over to the last
   * final state, and what each cost the processes, their Redis and, in `producerUs`, whoever handed it over.
   */
  walk(messages: number): Promise<Figures>;
}

const PUSH_TOKEN = "0123456789abcdef0123456789abcdef";

const ACCOUNTS = {
  // What is sent last waits for company no longer than everything else.
  asked: { check: { minMs: 1000, maxMs: 1000 } },
  pushed: { check: { minMs: 60_000, maxMs: 60_000 }, pushToken: PUSH_TOKEN, trustPush: true },
};

/** With one worker and the poller; when receipts are pushed with an ingress, whose word counts, and next to no questions. */
export async function startRunning(url: string, receipts: "asked" | "pushed"): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const bench = stack.use(await startBench(url, ACCOUNTS[receipts]));
  const ingress = receipts === "pushed" ? [await bench.start("ingress", { PORT: `${port}` })] : [];
  const apps = [bench.poller, await bench.start("worker"), ...ingress];
  const pids = apps.map(({ pid }) => pid);
  const redisUrl = bench.redis.url;
  const hermod = stack.use(await openClient({ redisUrl }));
  const finals = stack.use(await openFinalCount(redisUrl));
  const owned = stack.move();
  return {
    redisUrl,
    pushUrl: `http://127.0.0.1:${port}/push/bench/${PUSH_TOKEN}`,
    async walk(messages) {
      const inputs = Array.from({ length: messages }, (_, index) => textOf(index));
      const count = (await finals.now()) + messages;
      const before = await spentBy(pids, redisUrl);
      const own = process.cpuUsage();
      const startedAt = performance.now();
      const results = await hermod.sendMany(inputs);
      const producer = process.cpuUsage(own);
      await finals.until(count);
      const ms = performance.now() - startedAt;
      for (const result of results) if ("error" in result) throw result.error;
      return {
        perSecond: (messages / ms) * 1000,
        ...costOfEach(before, await spentBy(pids, redisUrl), messages),
        producerUs: (producer.user + producer.system) / messages,
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
