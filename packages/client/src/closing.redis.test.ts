import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

const CLOSED = { name: "HermodUnavailableError", message: expect.stringMatching(/closed/) };

test("closing ends the waits that are pending at once", async () => {
  await using announced = await openAnnounced();
  const { hermod, broker, link } = announced;
  const { id } = await hermod.send(message());
  const waits = [1, 2].map(() => hermod.waitForFinal(id).catch((error: unknown) => error));
  const channel = broker.installation.keys.finalChannel(id);
  await waitUntil("the client to listen", async () => (await link.redis.pubsub("NUMSUB", channel))[1] === 1);
  const asked = performance.now();
  await hermod.close();
  for (const wait of waits) expect(await wait).toMatchObject(CLOSED);
  expect(performance.now() - asked).toBeLessThan(500);
});

test("a wait that begins while the client closes ends as well", async () => {
  await using announced = await openAnnounced();
  const { hermod } = announced;
  const { id } = await hermod.send(message());
  const wait = hermod.waitForFinal(id);
  const closed = hermod.close();
  await expect(wait).rejects.toMatchObject(CLOSED);
  await closed;
});

test("every call after closing is refused at once and says that the client is closed", async () => {
  await using announced = await openAnnounced();
  const { hermod } = announced;
  const { id } = await hermod.send(message());
  await hermod.close();
  const asked = performance.now();
  for (const call of [
    () => hermod.send(message()),
    () => hermod.sendMany([message(), message({ to: "1" })]),
    () => hermod.sendMany([]),
    () => hermod.get(id),
    () => hermod.get("not an id"),
    () => hermod.cancel(id),
    () => hermod.cancel("not an id"),
    () => hermod.waitForFinal(id),
    () => hermod.waitForFinal("not an id"),
  ]) {
    await expect(call()).rejects.toMatchObject(CLOSED);
  }
  expect(performance.now() - asked).toBeLessThan(500);
});

test("a sendMany during which the client is closed tells what was taken before", async () => {
  await using announced = await openAnnounced();
  const { hermod, broker } = announced;
  const sending = hermod.sendMany(Array.from({ length: 10_000 }, () => message({ priority: "bulk" })));
  await waitUntil("the first orders", async () => (await broker.queues.waiting("send", "templates")) > 10);
  await hermod.close();
  const results = await sending;
  const isTaken = results.map((result) => "id" in result);
  expect(isTaken.filter(Boolean).length).toBeGreaterThan(500);
  for (const result of results.slice(isTaken.indexOf(false))) expect(result).toMatchObject({ error: CLOSED });
});
