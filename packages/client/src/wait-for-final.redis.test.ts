import { openBroker } from "@hermod/broker/open-broker";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";
import { openClient } from "./open-client.ts";
import { openWaiting } from "./wait-for-final.ts";

test("a wait whose connection has gone silent ends all the same, as does the next one", async () => {
  await using announced = await openAnnounced();
  const { broker, link, hermod, deliver } = announced;
  const { id } = await hermod.send(message());
  const opened: ReturnType<typeof link.another>[] = [];
  let looks = 0;
  const waiting = openWaiting({
    another: (options) => {
      const listening = link.another(options);
      opened.push(listening);
      return listening;
    },
    current: async () => {
      looks += 1;
      return broker;
    },
    closed: new AbortController().signal,
    slowLookMs: 50,
  });
  const final = waiting.waitForFinal(id, { timeoutMs: 5000 });
  // It is asked for once to listen, and then at each look.
  await waitUntil("the first look", () => looks >= 2);
  // Half-open: Redis believes to have told, and nothing arrives.
  opened[0]?.stream.pause();
  await deliver(id);
  expect(await final).toMatchObject({ state: "delivered" });

  const later = await hermod.send(message());
  const next = waiting.waitForFinal(later.id, { timeoutMs: 5000 });
  await deliver(later.id);
  expect(await next).toMatchObject({ state: "delivered" });
});

test("a client that was there before the first worker waits where the messages lie", async () => {
  const { url, namespace } = isolatedRedis();
  await using early = await openClient({ redisUrl: url, namespace });
  await expect(early.waitForFinal("0".repeat(26))).rejects.toMatchObject({ name: "HermodInputError" });
  await using announced = await openAnnounced({ namespace });
  const { hermod, deliver, broker } = announced;
  const results = await hermod.sendMany(Array.from({ length: 16 }, () => message()));
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  expect(new Set(ids.map((id) => broker.installation.keys.partitionOf(id))).size).toBe(2);
  const finals = ids.map((id) => early.waitForFinal(id, { timeoutMs: 5000 }));
  await Promise.all([...finals, ...ids.map(deliver)]);
  expect((await Promise.all(finals)).every(({ state }) => state === "delivered")).toBe(true);
});

test("a record that this client cannot read is never called not found", async () => {
  await using announced = await openAnnounced();
  const { hermod, link, namespace } = announced;
  const encryption = { keys: { k1: Buffer.alloc(32, 7).toString("base64") }, active: "k1" };
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  await using sealing = await openBroker(link, { namespace, encryption, retention });
  const { id } = await hermod.send(message());
  const [found] = await announced.broker.store.load([id]);
  if (found?.kind !== "record") throw new Error("the message is missing");
  await link.redis.del(sealing.installation.keys.record(id));
  await sealing.store.create([found.record]);
  for (const call of [() => hermod.get(id), () => hermod.cancel(id)]) {
    await expect(call()).rejects.toMatchObject({
      name: "HermodUnavailableError",
      message: expect.stringMatching(/cannot be read/),
    });
  }
});
