import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

test("what happened to a message is explained, and its times sum to its life", async () => {
  await using announced = await openAnnounced();
  const { hermod, deliver } = announced;
  const { id } = await hermod.send(message());
  expect(await hermod.explain(id)).toMatchObject({
    state: "queued",
    final: false,
    steps: [{ what: "accepted" }],
  });
  await deliver(id);
  const [explained, view] = [await hermod.explain(id), await hermod.get(id)];
  expect(explained).toMatchObject({ id, state: "delivered", final: true, ongoing: [] });
  const { acceptedAt, finalAt = 0 } = view?.timestamps ?? { acceptedAt: 0 };
  const summed = explained?.waits.reduce((sum, { ms }) => sum + ms, 0);
  expect(summed).toBe(explained?.totalMs);
  expect(Math.abs((summed ?? 0) - (finalAt - acceptedAt))).toBeLessThanOrEqual(50);
  expect(JSON.stringify(explained)).not.toMatch(/836106872|123456/);
});

test("of a message that is not there nothing is explained, and its events are an input error", async () => {
  await using announced = await openAnnounced();
  expect(await announced.hermod.explain("0".repeat(26))).toBeUndefined();
  expect(await announced.hermod.explain("x")).toBeUndefined();
  await expect(announced.hermod.events("0".repeat(26)).next()).rejects.toMatchObject({
    name: "HermodInputError",
  });
});

test("the events of a message are those of before, then those to come, until it is final", async () => {
  await using announced = await openAnnounced();
  const { hermod, deliver } = announced;
  const { id } = await hermod.send(message());
  const events = hermod.events(id);
  expect((await events.next()).value).toMatchObject({ state: "queued" });
  const [rest] = await Promise.all([Array.fromAsync(events), deliver(id)]);
  expect(rest.map(({ state }) => state)).toEqual(["delivered"]);
});
