import { expect, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { accepted, begun, CANARIES, queued, reported } from "../test/samples.ts";
import { openInstallation } from "./installation.ts";
import { learnOptOuts, openSuppression } from "./suppression.ts";

test("a provider's word that a recipient wants no messages puts the number on everyone's list, once and with its date", async () => {
  const { redis, namespace } = await openNamed();
  const installation = await openInstallation(redis, namespace, 1);
  const suppression = openSuppression(redis, installation);
  const hash = installation.numberHash(CANARIES.number);
  const submitted = accepted(begun(queued(1)));
  const learn = async (code: string, at: number) => {
    const after = { ...reported(submitted, "undelivered", at), code };
    const pipeline = redis.pipeline();
    for (const add of learnOptOuts(installation, ["BLACKLIST"], [{ before: submitted, after }]))
      add(pipeline);
    await pipeline.exec();
    return await suppression.get(undefined, hash);
  };
  expect(await learn("ERROR", 1000)).toBeUndefined();
  expect(await learn("BLACKLIST", 2000)).toEqual({ source: `provider:${submitted.account}`, at: 2000 });
  expect(await learn("BLACKLIST", 3000)).toMatchObject({ at: 2000 });
  expect(await suppression.find([submitted, { ...submitted, to: "+84836106873" }])).toEqual([
    "everyone",
    undefined,
  ]);
});

test("messages of several producers, asked about together, are each stopped by everyone's list and their own alone", async () => {
  const { redis, namespace } = await openNamed();
  const installation = await openInstallation(redis, namespace, 1);
  const suppression = openSuppression(redis, installation);
  const [shop, bank, all] = ["+84836100001", "+84836100002", "+84836100003"];
  const stop = async (producer: string | undefined, number: string) => {
    await suppression.add(producer, [{ hash: installation.numberHash(number), source: "operator", at: 1 }]);
  };
  await stop("shop", shop);
  await stop("bank", bank);
  await stop(undefined, all);
  const asked = ["shop", "bank", "other"].flatMap((producer) =>
    [shop, bank, all].map((to) => ({ producer, to })),
  );
  expect(await suppression.find(asked)).toEqual([
    ...["producer", undefined, "everyone"],
    ...[undefined, "producer", "everyone"],
    ...[undefined, undefined, "everyone"],
  ]);
});

async function openNamed() {
  const { redis, keys } = await openStore();
  return { redis, namespace: keys.accounts.replace(/:accounts$/, "") };
}
