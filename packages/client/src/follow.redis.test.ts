import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";

const NO_ID = "0".repeat(26);

describe("waitForFinal", () => {
  test("wakes when the message becomes final", async () => {
    await using announced = await openAnnounced();
    const { hermod, deliver } = announced;
    const { id } = await hermod.send(message());
    const final = hermod.waitForFinal(id, { timeoutMs: 10_000 });
    await deliver(id);
    expect(await final).toMatchObject({ id, state: "delivered", final: true });
  });

  test("does not miss an end that came first", async () => {
    await using announced = await openAnnounced();
    const { hermod, deliver } = announced;
    const { id } = await hermod.send(message());
    await deliver(id);
    expect(await hermod.waitForFinal(id, { timeoutMs: 10_000 })).toMatchObject({ state: "delivered" });
  });

  test("does not miss an end that comes at the same moment", async () => {
    await using announced = await openAnnounced();
    const { hermod, deliver } = announced;
    const results = await hermod.sendMany(Array.from({ length: 200 }, () => message()));
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    const finals = await Promise.all(
      ids.flatMap((id) => [
        hermod.waitForFinal(id, { timeoutMs: 10_000 }),
        deliver(id).then(() => undefined),
      ]),
    );
    expect(finals.filter((view) => view?.state === "delivered")).toHaveLength(200);
  });

  test("survives a lost connection and still wakes", async () => {
    await using announced = await openAnnounced();
    const { hermod, deliver, link } = announced;
    const { id } = await hermod.send(message());
    const final = hermod.waitForFinal(id, { timeoutMs: 15_000 });
    const channel = announced.broker.installation.keys.finalChannel(id);
    const listeners = async () => Number((await link.redis.pubsub("NUMSUB", channel))[1]);
    await waitUntil("the client to listen", async () => (await listeners()) === 1);
    await link.redis.call("CLIENT", "KILL", "TYPE", "pubsub");
    await deliver(id);
    expect(await final).toMatchObject({ state: "delivered" });
  });

  test("ends with the reason of the signal, or as a timeout, and leaves nothing behind", async () => {
    await using announced = await openAnnounced();
    const { hermod, link } = announced;
    const { id } = await hermod.send(message());
    const enough = new AbortController();
    const aborted = hermod.waitForFinal(id, { signal: enough.signal });
    enough.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await expect(hermod.waitForFinal(id, { timeoutMs: 50 })).rejects.toMatchObject({ name: "TimeoutError" });
    const channel = announced.broker.installation.keys.finalChannel(id);
    await waitUntil(
      "nobody to listen",
      async () => Number((await link.redis.pubsub("NUMSUB", channel))[1]) === 0,
    );
  });

  test("of a message that does not exist is an input error", async () => {
    await using announced = await openAnnounced();
    for (const id of [NO_ID, "not an id"]) {
      await expect(announced.hermod.waitForFinal(id)).rejects.toMatchObject({ name: "HermodInputError" });
    }
  });
});

describe("get", () => {
  test("of a message that does not exist is undefined", async () => {
    await using announced = await openAnnounced();
    expect(await announced.hermod.get(NO_ID)).toBeUndefined();
    expect(await announced.hermod.get("{hermod:0}:m:*")).toBeUndefined();
  });

  test("shows neither number nor text", async () => {
    await using announced = await openAnnounced();
    const { id } = await announced.hermod.send(message());
    expect(JSON.stringify(await announced.hermod.get(id))).not.toMatch(/84836106872|123456/);
  });
});

describe("cancel", () => {
  test("stops a waiting message for good, and may be repeated", async () => {
    await using announced = await openAnnounced();
    const { hermod } = announced;
    const { id } = await hermod.send(message());
    expect(await hermod.cancel(id)).toBe("canceled");
    expect(await hermod.cancel(id)).toBe("canceled");
    expect(await hermod.get(id)).toMatchObject({ state: "canceled", reason: "by_producer", final: true });
  });

  test("comes too late once the message is final or on its way, and says so", async () => {
    await using announced = await openAnnounced();
    const { hermod, deliver } = announced;
    const { id } = await hermod.send(message());
    await deliver(id);
    expect(await hermod.cancel(id)).toBe("too_late");
  });

  test("of a message that does not exist says so", async () => {
    await using announced = await openAnnounced();
    expect(await announced.hermod.cancel(NO_ID)).toBe("not_found");
    expect(await announced.hermod.cancel("x")).toBe("not_found");
  });
});
