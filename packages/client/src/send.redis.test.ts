import { queueName } from "@hermod/broker/queues";
import { HermodInputError } from "@hermod/core/input-error";
import type { MessageInput } from "@hermod/core/message";
import { describe, expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

describe("send", () => {
  test("stores the message and its work order before it resolves", async () => {
    await using announced = await openAnnounced();
    const { hermod, broker } = announced;
    const { id, duplicate } = await hermod.send(message({ metadata: { order: "42" } }));
    expect(duplicate).toBe(false);
    expect(await hermod.get(id)).toMatchObject({
      id,
      state: "queued",
      reason: "ready",
      account: "templates",
      metadata: { order: "42" },
    });
    expect(await broker.queues.waiting("send", "templates")).toBe(1);
  });

  test("names every bad field in one error and stores nothing", async () => {
    await using announced = await openAnnounced();
    const bad = {
      ...message({ to: "0836106872", priority: "soon" as "urgent", expiresInMs: 5, content: {} }),
      colour: "red",
    } as MessageInput;
    const error = await announced.hermod.send(bad).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HermodInputError);
    const paths = (error as HermodInputError).issues.map(({ path }) => path);
    expect(paths.sort()).toEqual(["colour", "content", "expiresInMs", "priority", "to"]);
    expect((error as Error).message).not.toContain("0836106872");
    expect(await announced.broker.queues.waiting("send", "templates")).toBe(0);
  });

  test("refuses an account that nobody announced", async () => {
    await using announced = await openAnnounced();
    await expect(announced.hermod.send(message({ account: "nobody" }))).rejects.toMatchObject({
      issues: [{ path: "account", message: "no worker has announced an account nobody" }],
    });
  });

  test("refuses a route of which one account does not suit the content", async () => {
    await using announced = await openAnnounced();
    const { account: _, ...rest } = message();
    const both = { ...rest, route: ["templates", "texts"] };
    await expect(announced.hermod.send(both)).rejects.toMatchObject({
      issues: [{ path: "content", message: "the account texts needs a text" }],
    });
    const suited = { ...both, content: { ...both.content, text: "Your code is 123456" } };
    await expect(announced.hermod.send(suited)).resolves.toMatchObject({ duplicate: false });
  });

  test("of the same key and message returns the same id and sends nothing new, however many ask at once", async () => {
    await using announced = await openAnnounced();
    const { hermod, broker } = announced;
    const keyed = message({ idempotencyKey: "order-42-otp" });
    const results = await Promise.all(Array.from({ length: 100 }, () => hermod.send(keyed)));
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await broker.queues.waiting("send", "templates")).toBe(1);
    expect(await hermod.send(keyed)).toMatchObject({ id: results[0]?.id, duplicate: true });
  });

  test("of the same key with another message is an error, and the first stays as it was", async () => {
    await using announced = await openAnnounced();
    const { hermod } = announced;
    await hermod.send(message({ idempotencyKey: "k" }));
    const other = message({ idempotencyKey: "k", to: "+84836106873" });
    await expect(hermod.send(other)).rejects.toMatchObject({
      issues: [{ path: "idempotencyKey", message: "was used for another message" }],
    });
  });

  test("keeps the keys of two producers apart", async () => {
    await using announced = await openAnnounced();
    const { hermod } = announced;
    const first = await hermod.send(message({ idempotencyKey: "k", producer: "shop" }));
    const second = await hermod.send(message({ idempotencyKey: "k", producer: "bank" }));
    expect(second.id).not.toBe(first.id);
    expect(second.duplicate).toBe(false);
  });

  test("repeats the work order of a message whose first sender died before adding it", async () => {
    await using announced = await openAnnounced();
    const { hermod, broker, link } = announced;
    await hermod.send(message({ idempotencyKey: "k" }));
    const { queuePrefix } = broker.installation.keys;
    const lost = await link.redis.keys(`${queuePrefix}:${queueName("send", "templates")}:*`);
    await link.redis.del(lost);
    expect(await hermod.send(message({ idempotencyKey: "k" }))).toMatchObject({ duplicate: true });
    expect(await broker.queues.waiting("send", "templates")).toBe(1);
  });
});

describe("sendMany", () => {
  test("gives one result per message in order, and a bad one hinders no other", async () => {
    await using announced = await openAnnounced();
    const { hermod } = announced;
    const results = await hermod.sendMany([
      message(),
      message({ to: "1" }),
      message({ account: "nobody" }),
      message(),
    ]);
    expect(results).toEqual([
      { id: expect.any(String), duplicate: false },
      { error: expect.objectContaining({ issues: [expect.objectContaining({ path: "to" })] }) },
      { error: expect.objectContaining({ issues: [expect.objectContaining({ path: "account" })] }) },
      { id: expect.any(String), duplicate: false },
    ]);
  });

  test("packs waiting messages into orders of a hundred, and lets urgent ones go alone", async () => {
    await using announced = await openAnnounced();
    const { hermod, broker } = announced;
    await hermod.sendMany(Array.from({ length: 250 }, () => message({ priority: "bulk" })));
    expect(await broker.queues.waiting("send", "templates")).toBe(3);
    await hermod.sendMany(Array.from({ length: 5 }, () => message({ priority: "urgent" })));
    expect(await broker.queues.waiting("send", "templates")).toBe(8);
  });

  test("with a key twice takes the message once and calls the second one a duplicate", async () => {
    await using announced = await openAnnounced();
    const keyed = message({ idempotencyKey: "k" });
    const [first, second] = await announced.hermod.sendMany([keyed, keyed]);
    expect(first).toMatchObject({ duplicate: false });
    expect(second).toEqual({ ...first, duplicate: true });
  });

  test("of nothing gives nothing", async () => {
    await using announced = await openAnnounced();
    expect(await announced.hermod.sendMany([])).toEqual([]);
  });
});
