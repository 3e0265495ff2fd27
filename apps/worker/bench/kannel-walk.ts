import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { Pool } from "undici";
import { textOf } from "./bench-account.ts";
import { costOfEach, spentBy } from "./costs.ts";
import { startKannel } from "./kannel-boxes.ts";
import type { Stores } from "./kannel-conf.ts";
import type { Figures } from "./rounds.ts";
import { type ProviderProcess, sendReceipts } from "./scripts.ts";
import { warmed } from "./warm-up.ts";

/** As many as its SMSC may have. */
const CONNECTIONS = 64;
/** Delivered, not delivered, and refused. */
const MASK = "19";
const DELIVERED = "/?type=1";
const TIMEOUT_MS = 120_000;

/**
 * Hands messages over as smsbox takes them, one a request, and waits until the producer was told the receipt of each: how many
 * a second from the first handing over to the last receipt, and what each cost the boxes, a Redis of theirs and, in
 * `producerUs`, the producer. Half as many go before.
 */
export async function walkKannel(
  provider: ProviderProcess,
  messages: number,
  kept: { readonly messages: Stores["messages"]; readonly receipts: "memory" | "redis" },
): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  // No store of Kannel's own waits for the disk.
  const redis =
    kept.receipts === "redis"
      ? stack.use(await startRedis({ settings: { appendfsync: "everysec" } }))
      : undefined;
  const receipts = redis === undefined ? "memory" : { redisPort: new URL(redis.url).port };
  const boxes = stack.use(await startKannel(provider.url, { messages: kept.messages, receipts }));
  await sendReceipts(provider, { url: boxes.receiptUrl, form: "kannel", most: 1 });

  let told = 0;
  const receiver = createServer(({ url }, response) => {
    if (url === DELIVERED) told += 1;
    response.end();
  });
  receiver.keepAliveTimeout = 60_000;
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  stack.defer(() => receiver.closeAllConnections());
  stack.defer(() => void receiver.close());
  const dlrUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/?type=%d`;

  const pool = new Pool(boxes.sendUrl, { connections: CONNECTIONS });
  stack.defer(() => pool.destroy());
  const sender = { username: "bench", password: "bench", from: "Bench", to: "84836106872" };
  let next = 0;
  const handOver = async (until: number): Promise<void> => {
    while (next < until) {
      const { text } = textOf(next++).content as { readonly text: string };
      const query = new URLSearchParams({ ...sender, text, "dlr-mask": MASK, "dlr-url": dlrUrl });
      const { statusCode, body } = await pool.request({ method: "GET", path: `/cgi-bin/sendsms?${query}` });
      const said = await body.text();
      if (statusCode !== 202) throw new Error(`smsbox took nothing: ${statusCode} ${said}`);
    }
  };
  const walk = async (until: number): Promise<void> => {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => handOver(until)));
    await waitUntil("all receipts", () => told >= until, { timeoutMs: TIMEOUT_MS, everyMs: 20 });
  };

  const all = warmed(messages);
  await walk(all - messages);
  const before = await spentBy(boxes.pids, redis?.url);
  const own = process.cpuUsage();
  const startedAt = performance.now();
  await walk(all);
  const ms = performance.now() - startedAt;
  const producer = process.cpuUsage(own);
  const cost = costOfEach(before, await spentBy(boxes.pids, redis?.url), messages);
  return {
    perSecond: (messages / ms) * 1000,
    ...cost,
    producerUs: (producer.user + producer.system) / messages,
  };
}
