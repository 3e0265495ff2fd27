import { announceAccounts } from "@hermod/broker/accounts";
import type { Encryption } from "@hermod/core/config";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { announcement, message, openAnnounced } from "../test/announced.ts";
import { openClient } from "./open-client.ts";

const [FIRST = "", SECOND = ""] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString("base64"));
const WORKERS: Encryption = { keys: { k1: FIRST }, active: "k1" };

const MISMATCHES: [string, Encryption | undefined, Encryption | undefined, RegExp][] = [
  ["that has no keys where the workers encrypt", WORKERS, undefined, /the workers encrypt/],
  [
    "whose key the workers do not know",
    WORKERS,
    { keys: { k1: FIRST, k2: SECOND }, active: "k2" },
    /k2 is not known/,
  ],
  ["whose key has another material", WORKERS, { keys: { k1: SECOND }, active: "k1" }, /k1 is another/],
  ["that encrypts where the workers have no keys", undefined, WORKERS, /the workers have no keys/],
];

for (const [who, workers, own, why] of MISMATCHES) {
  test(`a client ${who} is refused when it opens`, async () => {
    await using announced = await openAnnounced(workers === undefined ? {} : { encryption: workers });
    const { url, namespace } = announced;
    const opening = openClient({
      redisUrl: url,
      namespace,
      ...(own === undefined ? {} : { encryption: own }),
    });
    await expect(opening).rejects.toMatchObject({
      name: "HermodInputError",
      issues: [{ path: "encryption", message: expect.stringMatching(why) }],
    });
  });

  test(`a client ${who} is refused when it sends, and nothing is stored`, async () => {
    const { url, namespace } = isolatedRedis();
    const encryption = own === undefined ? {} : { encryption: own };
    // It is there before the first worker, so that only sending can tell.
    await using early = await openClient({ redisUrl: url, namespace, ...encryption });
    const theirs = workers === undefined ? {} : { encryption: workers };
    await using announced = await openAnnounced({ namespace, ...theirs });
    await expect(early.send(message())).rejects.toMatchObject({
      name: "HermodInputError",
      issues: [{ path: "encryption", message: expect.stringMatching(why) }],
    });
    expect(await announced.link.redis.keys(`{${namespace}:*}:m:*`)).toEqual([]);
  });
}

test("a client that knows one of the workers' keys sends", async () => {
  const encryption = { keys: { k1: FIRST, k2: SECOND }, active: "k2" };
  await using announced = await openAnnounced({ encryption });
  const { url, namespace } = announced;
  await using hermod = await openClient({ redisUrl: url, namespace, encryption: WORKERS });
  expect(await hermod.send(message())).toMatchObject({ duplicate: false });
});

test("an account that was left behind from before encryption refuses its own messages only", async () => {
  await using announced = await openAnnounced({ encryption: WORKERS });
  const { url, namespace, link, broker } = announced;
  await announceAccounts(link.redis, broker.installation.keys, { old: announcement(["template"]) });
  await using hermod = await openClient({ redisUrl: url, namespace, encryption: WORKERS });
  await expect(hermod.send(message({ account: "old" }))).rejects.toMatchObject({
    issues: [{ path: "encryption" }],
  });
  expect(await hermod.send(message())).toMatchObject({ duplicate: false });
});

test("workers of an older version, which say nothing of encryption, are believed", async () => {
  await using announced = await openAnnounced();
  const { url, namespace, link, broker } = announced;
  const { encryption: _, ...older } = announcement(["template"]);
  await announceAccounts(link.redis, broker.installation.keys, { templates: older, texts: older });
  await using hermod = await openClient({ redisUrl: url, namespace, encryption: WORKERS });
  expect(await hermod.send(message())).toMatchObject({ duplicate: false });
});
