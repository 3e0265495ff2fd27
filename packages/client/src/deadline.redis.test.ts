import { inspect } from "node:util";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, onTestFinished, test } from "vitest";
import { type Announced, type AnnouncedOptions, message, openAnnounced } from "../test/announced.ts";
import { openRelay, type RelayOptions } from "../test/relay.ts";
import { openClient } from "./open-client.ts";

const NO_ID = "0".repeat(26);

/** An installation on a Redis of its own that the test may mistreat. */
async function openOwn(options: AnnouncedOptions = {}): Promise<Announced> {
  const server = await startRedis({ settings: { "enable-debug-command": "yes" } });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const announced = await openAnnounced({ ...options, url: server.url });
  onTestFinished(() => announced[Symbol.asyncDispose]());
  return announced;
}

/** From now on Redis holds its connections open and answers nothing, as one that was sent SIGSTOP. */
function freeze({ link }: Announced): void {
  link.redis.call("DEBUG", "SLEEP", "60").catch(() => {});
}

async function relayTo(url: string, options: RelayOptions): Promise<string> {
  const relay = await openRelay(url, options);
  onTestFinished(() => relay[Symbol.asyncDispose]());
  return relay.url;
}

async function tookMs(act: () => Promise<unknown>): Promise<number> {
  const asked = performance.now();
  await expect(act()).rejects.toMatchObject({ name: "HermodUnavailableError" });
  return performance.now() - asked;
}

test("a Redis that freezes during a large sendMany is told within two and a half seconds", async () => {
  const announced = await openOwn();
  const { hermod, broker } = announced;
  const sending = hermod.sendMany(Array.from({ length: 10_000 }, () => message({ priority: "bulk" })));
  await waitUntil("the first orders", async () => (await broker.queues.waiting("send", "templates")) > 10);
  const frozen = performance.now();
  freeze(announced);
  const results = await sending;
  expect(performance.now() - frozen).toBeLessThan(2500);
  expect(results).toHaveLength(10_000);
  const isTaken = results.map((result) => "id" in result);
  expect(isTaken.filter(Boolean).length).toBeGreaterThan(500);
  const rest = results.slice(isTaken.indexOf(false));
  expect(rest.length).toBeGreaterThan(500);
  for (const result of rest) expect(result).toMatchObject({ error: { name: "HermodUnavailableError" } });
});

test("a sendMany that takes more than two seconds because it is large is carried out", async () => {
  const announced = await openAnnounced({ clientUrl: await relayTo(isolatedRedis().url, { lateMs: 200 }) });
  await using _ = announced;
  const asked = performance.now();
  const results = await announced.hermod.sendMany(Array.from({ length: 3500 }, () => message()));
  expect(performance.now() - asked).toBeGreaterThan(2500);
  expect(results.filter((result) => "id" in result)).toHaveLength(3500);
});

test("every call to a frozen Redis is refused within two seconds", async () => {
  const announced = await openOwn();
  const { hermod, url, namespace } = announced;
  const { id } = await hermod.send(message());
  freeze(announced);
  const took = await Promise.all([
    tookMs(() => hermod.send(message())),
    // It must be looked up first whether somebody has announced this account.
    tookMs(() => hermod.send(message({ account: "nobody" }))),
    tookMs(() => hermod.sendMany([message({ account: "nobody" }), message()])),
    tookMs(() => hermod.get(id)),
    tookMs(() => hermod.cancel(id)),
    tookMs(() => hermod.waitForFinal(id)),
    tookMs(() => openClient({ redisUrl: url, namespace })),
  ]);
  expect(Math.max(...took)).toBeLessThan(2500);
});

test("a Redis that freezes in the middle of a call has two seconds for all of it", async () => {
  const { url } = isolatedRedis();
  // Each step is late, and the last one never ends.
  const open = await relayTo(url, { lateMs: 500, freezeAt: /hsetnx/i });
  expect(await tookMs(() => openClient({ redisUrl: open, namespace: "frozen" }))).toBeLessThan(2500);

  const clientUrl = await relayTo(url, { lateMs: 300, freezeAt: /marker-bulk/i });
  await using announced = await openAnnounced({ clientUrl });
  const { link, broker, hermod } = announced;
  const known = await link.redis.hget(broker.installation.keys.accounts, "templates");
  // A name that is not known yet costs a question before the message is stored.
  await link.redis.hset(broker.installation.keys.accounts, "later", known ?? "");
  const metadata = { is: "marker-bulk" };
  expect(await tookMs(() => hermod.send(message({ account: "later", metadata })))).toBeLessThan(2500);
});

test("closing does not wait for a frozen Redis", async () => {
  const announced = await openOwn();
  freeze(announced);
  const sending = tookMs(() => announced.hermod.send(message()));
  const asked = performance.now();
  await announced.hermod.close();
  await sending;
  expect(performance.now() - asked).toBeLessThan(1000);
});

test("an error of a Redis that refuses holds neither number nor text nor any foreign error", async () => {
  const announced = await openOwn();
  const { hermod, link } = announced;
  await link.redis.config("SET", "maxmemory", "1");
  const secret = message({ to: "+84911111111", content: { template: "OTP", params: { otp: "734914" } } });
  const [one] = await hermod.sendMany([secret]);
  const errors: unknown[] = [
    await hermod.send(secret).catch((error: unknown) => error),
    one !== undefined && "error" in one ? one.error : undefined,
  ];
  for (const error of errors) {
    expect(error).toMatchObject({ name: "HermodUnavailableError", message: expect.stringMatching(/OOM/) });
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(shown).not.toMatch(/911111111|734914|ReplyError/);
  }
});

test("an error of a Redis that went away holds neither number nor text", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await using announced = await openAnnounced({ url: server.url });
  const { hermod } = announced;
  const many = Array.from({ length: 2000 }, () => message());
  const sending = hermod.sendMany(many);
  await server.kill();
  const errors = [
    ...(await sending.then(
      (results) => results.map((result) => ("error" in result ? result.error : undefined)),
      (error: unknown) => [error],
    )),
    await hermod.get(NO_ID).catch((error: unknown) => error),
    await openClient({ redisUrl: server.url }).catch((error: unknown) => error),
  ];
  expect(errors.filter((error) => error !== undefined).length).toBeGreaterThan(1);
  for (const error of errors) {
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/836106872|123456/);
    if (error === undefined) continue;
    expect(error).toMatchObject({ name: "HermodUnavailableError" });
    expect(error).not.toHaveProperty("cause");
  }
});

test("a process that was busy itself for longer reads what Redis answered meanwhile", async () => {
  await using announced = await openAnnounced();
  const { hermod, link } = announced;
  const { id } = await hermod.send(message());
  await link.redis.ping();
  const view = hermod.get(id);
  // The question is on its way once its turn of the event loop has ended.
  await new Promise((resolve) => process.nextTick(resolve));
  const busyUntil = performance.now() + 2200;
  while (performance.now() < busyUntil);
  expect(await view).toMatchObject({ id, state: "queued" });
});
