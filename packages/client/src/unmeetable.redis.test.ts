import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

/** The account sends ten a second. */
const RATE = 10;

test("a message that would expire before its turn is refused, with the time of its turn", async () => {
  await using opened = await openAnnounced();
  const waiting = Array.from({ length: 5 * RATE }, () => message());
  await opened.hermod.sendMany(waiting);
  const error = await opened.hermod.send(message({ expiresInMs: 4000 })).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    name: "HermodInputError",
    issues: [{ path: "expiresInMs", code: "unmeetable_deadline" }],
  });
  expect(String(error)).toMatch(/in about 5 s/);
  expect(await opened.hermod.send(message({ expiresInMs: 6000 }))).toMatchObject({ duplicate: false });
});

test("a more urgent message does not wait for others, and one may say that it wants to try all the same", async () => {
  await using opened = await openAnnounced();
  await opened.hermod.sendMany(Array.from({ length: 5 * RATE }, () => message({ priority: "bulk" })));
  const late = { expiresInMs: 4000, priority: "bulk" } as const;
  await expect(opened.hermod.send(message(late))).rejects.toThrow(/expiresInMs/);
  await opened.hermod.send(message({ ...late, priority: "urgent" }));
  await opened.hermod.send(message({ ...late, deadlineCheck: false }));
});

test("of many messages at once those are refused that come too late in their own row", async () => {
  await using opened = await openAnnounced();
  const results = await opened.hermod.sendMany(
    Array.from({ length: 4 * RATE }, () => message({ expiresInMs: 2000 })),
  );
  const refused = results.map((result) => "error" in result);
  expect(refused.indexOf(true)).toBe(2 * RATE + 1);
  expect(refused.slice(2 * RATE + 1)).not.toContain(false);
});

test("a message that was taken is found again under its key, however many wait by then", async () => {
  await using opened = await openAnnounced();
  const keyed = message({ idempotencyKey: "order-1", expiresInMs: 4000 });
  const first = await opened.hermod.send(keyed);
  await opened.hermod.sendMany(Array.from({ length: 6 * RATE }, () => message()));
  expect(await opened.hermod.send(keyed)).toEqual({ id: first.id, duplicate: true });
});

test("a message that is to be sent later is not refused for what waits now", async () => {
  await using opened = await openAnnounced();
  await opened.hermod.sendMany(Array.from({ length: 5 * RATE }, () => message()));
  await opened.hermod.send(message({ expiresInMs: 1000, sendAt: Date.now() + 3_600_000 }));
});
