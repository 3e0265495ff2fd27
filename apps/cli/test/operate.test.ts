import { connectRedis } from "@hermod/broker/connect";
import { waitUntil } from "@hermod/testing/wait";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configOf, type Operated, startOperated } from "./operated.ts";

const LONG_MS = 60_000;

/** One installation for all: what a test turns off it turns on again. */
let operated: Operated;
beforeAll(async () => {
  operated = await startOperated();
}, LONG_MS);
afterAll(async () => await operated[Symbol.asyncDispose](), LONG_MS);

const MESSAGE = { account: "main", to: "+84836106872", content: { template: "OTP", params: { otp: "1" } } };
const WAIT = { timeoutMs: 20_000 };

async function json(line: string, config?: unknown): Promise<{ code: number | null; data: unknown }> {
  const { code, printed } = await operated.run(`${line} --json`, config);
  return { code, data: JSON.parse(printed) };
}

describe("accounts", { timeout: LONG_MS }, () => {
  test("tells of each account whether messages can go through it, without sending one", async () => {
    const { code, data } = await json("accounts");
    expect(code).toBe(0);
    expect(data).toEqual([
      {
        account: "main",
        provider: "etelecom",
        health: { kind: "reachable" },
        certificate: { kind: "none" },
        tookMs: expect.any(Number),
        following: { routes: [], requests: 0, finals: 0, due: 0, overdue: 0 },
      },
    ]);
    expect(operated.simulator.log.accepted).toEqual([]);
  });

  test("ends with 1 where the credentials are wrong, or nobody is there", async () => {
    const { url } = operated.simulator;
    const [refused, nobody] = await Promise.all([
      json("accounts", configOf(url, { password: "wrong" })),
      operated.run("accounts", configOf("https://127.0.0.1:9")),
    ]);
    expect(refused).toMatchObject({ code: 1, data: [{ health: { kind: "credentials" } }] });
    expect(nobody.code).toBe(1);
    expect(nobody.printed).toMatch(
      /^main\tetelecom\tunavailable: ECONNREFUSED\t\trefused: ECONNREFUSED\t\d+\n$/,
    );
  });

  test("tells how its messages are followed, once some were", async () => {
    const { hermod, run } = operated;
    const { id } = await hermod.send(MESSAGE);
    await hermod.waitForFinal(id, WAIT);
    // Workers hand over what they learned every few seconds.
    const figures = /^main\t.*\t1\t\d+\.\d\t\d+\.\d\t\d+\.\d %\t\d\.\d\d\t.*\t0\t0$/m;
    await waitUntil("it to be told", async () => figures.test((await run("accounts")).printed), {
      timeoutMs: 30_000,
    });
  });
});

describe("an account", { timeout: LONG_MS }, () => {
  test("that is paused keeps its orders until it is resumed", async () => {
    const { hermod, run } = operated;
    expect(await run("pause main")).toMatchObject({ code: 0, said: "main is paused.\n" });
    const { id } = await hermod.send(MESSAGE);
    const { data } = await json("queues");
    expect(data).toMatchObject(
      [
        { account: "main", queue: "check", paused: false },
        { account: "main", queue: "send", paused: true, waiting: 1 },
      ].sort((a, b) => (a.queue < b.queue ? 1 : -1)),
    );
    expect(await hermod.get(id)).toMatchObject({ state: "queued", attempts: 0 });
    expect(await json("resume main")).toEqual({ code: 0, data: { account: "main", done: "resume" } });
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
  });

  test("on hold holds its messages until it is released", async () => {
    const { hermod, run } = operated;
    expect(await run("hold main")).toMatchObject({ code: 0 });
    const { id } = await hermod.send(MESSAGE);
    await waitUntil("it to be held", async () => (await hermod.get(id))?.state === "held", WAIT);
    expect((await run("queues")).printed).toMatch(/^main\tsend\t.*\theld: stopped$/m);
    expect(await json("release main")).toEqual({ code: 0, data: { account: "main", done: "release" } });
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered", attempts: 1 });
  });

  test("that nobody announced cannot be turned off, and the known ones are named", async () => {
    expect(await operated.run("pause other")).toEqual({
      code: 1,
      said: "No worker or poller has announced an account other: main.\n",
      printed: "",
    });
  });
});

describe("watch", { timeout: LONG_MS }, () => {
  test("prints a line for each change and ends once the message is final", async () => {
    const { hermod, begin } = operated;
    const { id } = await hermod.send({ ...MESSAGE, sendAt: Date.now() + 60_000 });
    await using watch = await begin(`watch ${id}`);
    await waitUntil("the first line", () => watch.printed() !== "", WAIT);
    await hermod.cancel(id);
    expect(await watch.ended).toBe(0);
    const lines = watch.said().trim().split("\n");
    expect(lines).toEqual([expect.stringContaining("queued"), expect.stringContaining("canceled")]);
  });

  test("ends with 1 when the message is not final in time", async () => {
    const { hermod, run } = operated;
    const { id } = await hermod.send({ ...MESSAGE, sendAt: Date.now() + 60_000 });
    expect(await run(`watch ${id} --timeout-ms 300`)).toMatchObject({ code: 1 });
    await hermod.cancel(id);
  });
});

test(
  "finish-upgrade ends the time in which records are written for earlier versions too",
  async () => {
    const { run, redis } = operated;
    await using connection = await connectRedis(redis.url, "viewer");
    await connection.redis.hdel("hermod:installation", "records");
    expect((await run("doctor")).printed).toMatch(
      /^fine\trecords\twhole, so that earlier versions read them/m,
    );
    expect(await json("finish-upgrade")).toEqual({ code: 0, data: { done: "finish-upgrade" } });
    expect((await run("doctor")).printed).toMatch(/^fine\trecords\twithout what is nearly always so$/m);
  },
  LONG_MS,
);

describe("doctor", { timeout: LONG_MS }, () => {
  const verdicts = (data: unknown) =>
    Object.fromEntries(
      (data as { what: string; verdict: string }[]).map(({ what, verdict }) => [what, verdict]),
    );

  test("finds nothing wrong with a sound installation, and names what is risky", async () => {
    const { code, data } = await json("doctor");
    expect(code).toBe(0);
    expect(verdicts(data)).toEqual({
      node: "fine",
      environment: "fine",
      configuration: "fine",
      redis: "fine",
      role: "fine",
      memory: "risky",
      persistence: "fine",
      clock: "fine",
      rights: "risky",
      partitions: "fine",
      poller: "fine",
      records: "fine",
      encryption: "risky",
      "account main": "fine",
    });
  });

  test("ends with 1 and names what does not fit the data, or is not in the configuration", async () => {
    const { url } = operated.simulator;
    const [other, broken] = await Promise.all([
      json("doctor", { ...configOf(url), redis: { partitions: 4 } }),
      json("doctor", { accounts: { main: {} }, check: { minMs: -1 } }),
    ]);
    expect([other.code, broken.code]).toEqual([1, 1]);
    expect(verdicts(other.data)["partitions"]).toBe("wrong");
    const problems = (broken.data as { what: string }[]).filter(({ what }) => what === "configuration");
    expect(problems.length).toBeGreaterThan(1);
  });
});
