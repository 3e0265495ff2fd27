import { once } from "node:events";
import { createServer } from "node:net";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { message, openAnnounced } from "../test/announced.ts";
import { openClient } from "./open-client.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

test("a client whose Redis is away is refused within two seconds", async () => {
  const asked = performance.now();
  await expect(openClient({ redisUrl: "redis://127.0.0.1:9" })).rejects.toMatchObject({
    name: "HermodUnavailableError",
  });
  expect(performance.now() - asked).toBeLessThan(2500);
});

test("a client whose Redis never answers is refused within two seconds", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const asked = performance.now();
  await expect(openClient({ redisUrl: `redis://127.0.0.1:${port}` })).rejects.toMatchObject({
    name: "HermodUnavailableError",
  });
  expect(performance.now() - asked).toBeLessThan(2500);
  silent.close();
});

test("with encryption, neither number nor text lies in Redis in clear", async () => {
  const encryption = { keys: { k1: KEY }, active: "k1" };
  await using announced = await openAnnounced({ encryption });
  const { hermod, url } = announced;
  const secret = { template: "OTP", params: { otp: "CANARY" } };
  const { id } = await hermod.send(
    message({ to: "+84911111111", content: secret, idempotencyKey: "+84911111111" }),
  );
  const lines = (await dumpRedis(url)).filter((line) => line.includes(announced.namespace));
  expect(lines.some((line) => line.includes(id))).toBe(true);
  expect(lines.join("\n")).not.toMatch(/CANARY|84911111111/);
});

test("an encryption key that is none is an input error that names it", async () => {
  const encryption = { keys: { k1: "short" }, active: "k2" };
  await expect(openClient({ redisUrl: "redis://127.0.0.1:9", encryption })).rejects.toMatchObject({
    issues: [{ path: "encryption.keys.k1" }, { path: "encryption.active" }],
  });
});

test("a client that is closed twice is closed once", async () => {
  const { url, namespace } = isolatedRedis();
  const hermod = await openClient({ redisUrl: url, namespace });
  await hermod.close();
  await hermod.close();
});

test("a client that was there before the first worker learns of it", async () => {
  const { url, namespace } = isolatedRedis();
  await using early = await openClient({ redisUrl: url, namespace });
  await expect(early.send(message())).rejects.toMatchObject({ name: "HermodInputError" });
});
