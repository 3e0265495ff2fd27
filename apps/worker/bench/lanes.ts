import { setTimeout } from "node:timers/promises";
import { openClient } from "@hermod/client";
import { startBench, textOf } from "./bench-account.ts";
import { type ProviderProcess, sendsAt } from "./scripts.ts";

const PER_SECOND = 200;

/** Urgent messages, one every so often, while a long bulk backlog goes through the same account. */
export async function measureUrgent(provider: ProviderProcess, backlog: number, count: number) {
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 20 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  await hermod.sendMany(Array.from({ length: backlog }, (_, index) => textOf(index)));
  await installation.start("worker");
  await setTimeout(2000);
  const sentAt = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const text = `urgent ${index}.`;
    sentAt.set(text, Date.now());
    await hermod.send(textOf(index, { content: { text }, priority: "urgent" }));
    await setTimeout(100);
  }
  await setTimeout(2000);
  const latencies = (await sendsAt(provider)).flatMap(([at, body]) => {
    const text = /urgent \d+\./.exec(body)?.[0] ?? "";
    const began = sentAt.get(text);
    return began === undefined ? [] : [at - began];
  });
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  return { arrived: latencies.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** How long a producer's hundred messages take, that come when another's backlog has just begun. */
export async function measureShare(provider: ProviderProcess, backlog: number) {
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 20 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const of = (producer: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      textOf(index, { producer, content: { text: `${producer} ${index}.` } }),
    );
  await hermod.sendMany(of("large", backlog));
  await installation.start("worker");
  await setTimeout(3000);
  const began = Date.now();
  await hermod.sendMany(of("small", 100));
  await setTimeout(15_000);
  const small = (await sendsAt(provider)).flatMap(([at, body]) => (/small \d+\./.test(body) ? [at] : []));
  const fairMs = (100 / (PER_SECOND / 2)) * 1000;
  return { sent: small.length, tookMs: Math.max(...small) - began, fairMs };
}
