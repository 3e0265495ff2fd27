import { queueName } from "@hermod/broker/queues";
import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

/** What is a key of BullMQ's, of Redis's or of JavaScript's, or no fit word at all. */
const STRANGE = [
  ...[
    "wait",
    "active",
    "limiter",
    "meta",
    "delayed",
    "prioritized",
    "events",
    "stalled-check",
    "id",
    "pc",
    "marker",
  ],
  ...[
    "0",
    "007",
    "-1",
    "1.5",
    "0:1",
    "a:b:c",
    "s-0",
    "{hermod}",
    "*",
    "../x",
    " ",
    "\u0000",
    "\r\n",
    "\u202e",
    "é",
  ],
  ...["__proto__", "constructor", "toString", "null", "undefined", "[]", "x".repeat(256)],
];

const TYPES = {
  meta: "hash",
  prioritized: "zset",
  wait: "none",
  active: "none",
  limiter: "none",
  id: "string",
};

test("no word of a producer becomes a key of a queue, whatever it is", async () => {
  await using announced = await openAnnounced();
  const { hermod, broker, link } = announced;
  const ids = new Set<string>();
  for (const word of STRANGE) {
    const { id, duplicate } = await hermod.send(message({ idempotencyKey: word }));
    expect([word, id, duplicate]).toEqual([word, expect.stringMatching(/^[0-9a-z]{26}$/), false]);
    expect(await hermod.send(message({ idempotencyKey: word }))).toEqual({ id, duplicate: true });
    ids.add(id);
  }
  expect(ids.size).toBe(STRANGE.length);
  expect(await broker.queues.waiting("send", "templates")).toBe(STRANGE.length);
  const prefix = `${broker.installation.keys.queuePrefix}:${queueName("send", "templates")}`;
  const types = await Promise.all(
    Object.keys(TYPES).map(async (key) => [key, await link.redis.type(`${prefix}:${key}`)] as const),
  );
  expect(Object.fromEntries(types)).toEqual(TYPES);
});

test("a strange word for an id is the id of nothing", async () => {
  await using announced = await openAnnounced();
  for (const word of [...STRANGE, "x".repeat(10_240)]) {
    expect([word, await announced.hermod.get(word)]).toEqual([word, undefined]);
    expect([word, await announced.hermod.cancel(word)]).toEqual([word, "not_found"]);
  }
});

test("a key that is too long is refused", async () => {
  await using announced = await openAnnounced();
  const sent = announced.hermod.send(message({ idempotencyKey: "x".repeat(10_240) }));
  await expect(sent).rejects.toMatchObject({ issues: [{ path: "idempotencyKey" }] });
});
