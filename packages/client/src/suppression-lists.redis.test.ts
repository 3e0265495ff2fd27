import { HermodInputError } from "@hermod/core/input-error";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { startRedis } from "@hermod/testing/redis";
import { describe, expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

const STOPPED = "+84836100001";
const FREE = "+84836100002";

describe("a message to a number on a list", () => {
  test("is taken, ends as suppressed at once, and is given to nobody", async () => {
    await using announced = await openAnnounced();
    const { hermod, broker } = announced;
    await hermod.suppression.add([STOPPED]);
    const { id } = await hermod.send(message({ to: STOPPED }));
    expect(await hermod.get(id)).toMatchObject({ state: "suppressed", final: true, reason: "stop_list" });
    expect(await broker.queues.waiting("send", "templates")).toBe(0);
    const [found] = await broker.store.load([id]);
    expect(found?.kind === "record" && found.record.content).toBeUndefined();
  });

  test("of a producer is stopped for that one alone", async () => {
    await using announced = await openAnnounced();
    const { hermod } = announced;
    await hermod.suppression.add([STOPPED], { producer: "shop" });
    const results = await hermod.sendMany([
      message({ to: STOPPED, producer: "shop" }),
      message({ to: STOPPED, producer: "bank" }),
      message({ to: FREE, producer: "shop" }),
    ]);
    const views = await Promise.all(results.map((result) => hermod.get("id" in result ? result.id : "")));
    expect(views.map((view) => view?.state)).toEqual(["suppressed", "queued", "queued"]);
  });

  test("repeated under its idempotency key is the same message, and is sent no more than before", async () => {
    await using announced = await openAnnounced();
    const { hermod, broker } = announced;
    await hermod.suppression.add([STOPPED]);
    const keyed = message({ to: STOPPED, idempotencyKey: "k" });
    const first = await hermod.send(keyed);
    await hermod.suppression.remove([STOPPED]);
    expect(await hermod.send(keyed)).toEqual({ id: first.id, duplicate: true });
    expect((await hermod.get(first.id))?.state).toBe("suppressed");
    expect(await broker.queues.waiting("send", "templates")).toBe(0);
  });

  test("costs the many that are not on one no round trip of their own", async () => {
    // Its own: the calls are those of the whole server.
    await using redis = await startRedis();
    await using announced = await openAnnounced({ url: redis.url });
    const { hermod, link } = announced;
    await hermod.suppression.add([STOPPED]);
    const calls = async () =>
      Number(/cmdstat_hmget:calls=(\d+)/.exec(await link.redis.info("commandstats"))?.[1] ?? 0);
    const before = await calls();
    const results = await hermod.sendMany(
      Array.from({ length: 400 }, (_, index) => message({ to: index === 200 ? STOPPED : FREE })),
    );
    expect((await calls()) - before).toBeLessThan(20);
    const views = await Promise.all(results.map((result) => hermod.get("id" in result ? result.id : "")));
    expect(views.flatMap((view, index) => (view?.state === "suppressed" ? [index] : []))).toEqual([200]);
  });
});

describe("a list", () => {
  test("tells whether a number is on it, who says so, and since when it first was", async () => {
    await using announced = await openAnnounced();
    const { suppression } = announced.hermod;
    expect(await suppression.get(STOPPED)).toBeUndefined();
    expect(await suppression.add([STOPPED, STOPPED, FREE], { source: "letter of May" })).toBe(2);
    const since = await suppression.get(STOPPED);
    expect(since).toMatchObject({ source: "letter of May" });
    expect(await suppression.add([STOPPED], { source: "another" })).toBe(0);
    expect(await suppression.get(STOPPED)).toEqual(since);
    expect(await suppression.get(STOPPED, { producer: "shop" })).toBeUndefined();
    expect(await suppression.remove([STOPPED])).toBe(1);
    expect(await suppression.get(STOPPED)).toBeUndefined();
  });

  test("that was exported is imported again with all it says, and holds no number anywhere", async () => {
    await using announced = await openAnnounced();
    const { suppression } = announced.hermod;
    const numbers = Array.from({ length: 2500 }, (_, index) => `+8483620${1000 + index}`);
    await suppression.add(numbers, { source: "campaign" });
    const lines = await Array.fromAsync(suppression.export());
    const since = await suppression.get(numbers[7] ?? "");
    await suppression.remove(numbers);
    expect(await suppression.import(lines)).toEqual({ added: 2500, known: lines.length - 2500 });
    expect(await suppression.get(numbers[7] ?? "")).toEqual(since);
    expect(`${lines}${await dumpRedis(announced.url)}`).not.toMatch(
      // With or without its country, and not five digits that a time may have by chance.
      /(?<!\d)(84|0)?83620\d{4}(?!\d)/,
    );
  });

  test("takes plain numbers from lines, and names every bad line without what stands in it", async () => {
    await using announced = await openAnnounced();
    const { suppression } = announced.hermod;
    expect(await suppression.import([STOPPED, "", ` ${FREE} `], { producer: "shop" })).toEqual({
      added: 2,
      known: 0,
    });
    const error = await suppression
      .import([STOPPED, "0836100003", "{}", FREE])
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HermodInputError);
    expect((error as HermodInputError).issues.map(({ path }) => path)).toEqual(["line 2", "line 3"]);
    expect((error as Error).message).not.toContain("0836100003");
    expect(await suppression.get(STOPPED)).toBeUndefined();
  });

  test("takes nothing that is no number, and says which of them is none", async () => {
    await using announced = await openAnnounced();
    const { suppression } = announced.hermod;
    const refusals = [
      suppression.add([STOPPED, "0836100003"]),
      suppression.remove(["0836100003"]),
      suppression.get("0836100003"),
    ].map((call) => call.catch((error: unknown) => error));
    const places = (await Promise.all(refusals)).map((error) =>
      error instanceof HermodInputError ? error.issues.map(({ path }) => path) : error,
    );
    expect(places).toEqual([["numbers.1"], ["numbers.0"], ["number"]]);
    expect(await suppression.get(STOPPED)).toBeUndefined();
  });
});
