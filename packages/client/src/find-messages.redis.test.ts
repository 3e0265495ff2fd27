import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const encryption = { keys: { k1: KEY }, active: "k1" };

test("messages to a number are found by it, the newest first, open and final, without number and text", async () => {
  await using announced = await openAnnounced({ encryption, textMs: 60_000 });
  const { hermod, deliver } = announced;
  const { id: first } = await hermod.send(message());
  await deliver(first);
  const { id: second } = await hermod.send(message({ producer: "shop" }));
  await hermod.send(message({ to: "+84836106873" }));
  const found = await hermod.find("+84836106872");
  expect(found.map(({ id, state }) => [id, state])).toEqual([
    [second, "queued"],
    [first, "delivered"],
  ]);
  expect(JSON.stringify(found)).not.toMatch(/84836106872|123456/);
});

test("a number that got no message has none, and what is no number is told", async () => {
  await using announced = await openAnnounced();
  const { hermod } = announced;
  expect(await hermod.find("+84836106874")).toEqual([]);
  await expect(hermod.find("0836106872")).rejects.toThrow("number: must be in E.164 form");
});

test("a message whose record is gone is not found", async () => {
  await using announced = await openAnnounced();
  const { hermod, broker, link } = announced;
  const { id } = await hermod.send(message());
  await link.redis.del(broker.installation.keys.record(id));
  expect(await hermod.find("+84836106872")).toEqual([]);
});
