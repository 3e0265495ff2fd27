import { readFile } from "node:fs/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { startGuarded } from "@hermod/testing/redis-sentinel";
import { TLS } from "@hermod/testing/redis-settings";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";
import { test } from "vitest";
import { ACCOUNT, idOf, queued } from "../test/samples.ts";
import { seeOrders } from "../test/seen-orders.ts";
import { connectRedis } from "./connect.ts";
import { openBroker } from "./open-broker.ts";

// The authority of the certificate that the servers show, as NODE_EXTRA_CA_CERTS would name it.
setDefaultCACertificates([...getCACertificates(), await readFile(TLS["tls-ca-cert-file"] ?? "", "utf8")]);

test.concurrent.for([
  ["", {}],
  [" over TLS", TLS],
] as const)(
  "behind sentinels%s, what was acknowledged is there and work goes on when the master dies",
  {
    timeout: 60_000,
  },
  async ([, settings], { expect, onTestFinished, skip }) => {
    const guarded = await startGuarded(settings).catch((error: Error) =>
      /tls-.*Bad directive/s.test(error.message)
        ? skip("this Redis was built without TLS")
        : Promise.reject(error),
    );
    onTestFinished(() => guarded[Symbol.asyncDispose]());
    const link = await connectRedis(guarded.url, "process");
    onTestFinished(() => link[Symbol.asyncDispose]());
    const retention = () => ({ recordMs: 60_000, textMs: 0 });
    await using broker = await openBroker(link, { retention, partitions: 1 });
    const { store, queues, installation } = broker;
    await store.create([queued(1)]);
    await using worker = seeOrders(link, installation.keys, () => {});
    const order = (n: number) => ({ jobId: `s-${n}`, priority: "normal" as const, ids: [idOf(n)] });
    await queues.add("send", ACCOUNT, [order(1)]);
    await waitUntil("the first order to be worked at", () => worker.seen.includes(idOf(1)));
    // Replication is asynchronous: what the replica has, it keeps.
    const isReplicated = async () => (await link.redis.wait(1, 1000)) === 1;
    await waitUntil("the replica to have it", isReplicated, { timeoutMs: 20_000 });
    const replica = new Redis(guarded.replica.url);
    onTestFinished(() => replica.disconnect());
    await guarded.master.kill();
    await store.create([queued(2)]);
    await queues.add("send", ACCOUNT, [order(2)]);
    await waitUntil("the second order to be worked at", () => worker.seen.includes(idOf(2)), {
      timeoutMs: 20_000,
    });
    expect((await replica.role())[0]).toBe("master");
    expect(await store.load([idOf(1), idOf(2)])).toMatchObject([{ kind: "record" }, { kind: "record" }]);
    // The connection of BullMQ that waits for work comes along as well.
    await waitUntil("all connections to be there", () => link.awayMs() === 0);
  },
);
