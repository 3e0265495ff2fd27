import { HermodInputError } from "@hermod/core/input-error";
import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

test("messages that many callers send at the same time share few orders, and each caller is told of its own", async () => {
  await using announced = await openAnnounced();
  const { hermod, broker } = announced;
  const sent = await Promise.all(
    Array.from({ length: 30 }, (_, index) => hermod.send(message({ metadata: { index: `${index}` } }))),
  );
  for (const [index, { id }] of sent.entries()) {
    expect(await hermod.get(id)).toMatchObject({ state: "queued", metadata: { index: `${index}` } });
  }
  expect(await broker.queues.waiting("send", "templates")).toBe(2);
});

test("a bad message hinders nobody who sends at the same time", async () => {
  await using announced = await openAnnounced();
  const { hermod } = announced;
  const results = await Promise.allSettled([
    hermod.send(message()),
    hermod.send(message({ to: "0836106872" })),
    hermod.send(message()),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const [, bad] = results;
  expect(bad).toMatchObject({ reason: expect.any(HermodInputError) });
});

test("a message is taken as it was when it was handed over, whatever its owner does to it meanwhile", async () => {
  await using announced = await openAnnounced();
  const { hermod } = announced;
  const first = hermod.send(message());
  const mine = message({ metadata: { order: "42" } });
  const second = hermod.send(mine);
  Object.assign(mine, { metadata: { order: "43" } });
  await first;
  expect(await hermod.get((await second).id)).toMatchObject({ metadata: { order: "42" } });
});
