import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hermod, openClient } from "@hermod/client";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { freePort } from "@hermod/testing/free-port";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Endpoints, OLD_SECRET, openEndpoints, SECRET } from "./callback-endpoints.ts";

const TEST = { timeout: 30_000 };
const WAIT = { timeoutMs: 20_000 };
const ACCOUNT = {
  provider: "etelecom",
  baseUrl: "http://127.0.0.1:9",
  username: "u",
  password: "p",
  timeoutMs: 400,
};

const KILLS = 2;
const CONNECTIONS = 4;

let stack: AsyncDisposableStack;
let endpoints: Endpoints;
let hermod: Hermod;
let redisUrl: string;
let metricsUrl: string;
let start: () => Promise<AppProcess>;
const pollers: AppProcess[] = [];

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  endpoints = stack.use(await openEndpoints());
  const redis = stack.use(await startRedis());
  redisUrl = redis.url;
  const directory = await mkdtemp(join(tmpdir(), "hermod-callbacks-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const endpoint = (path: string, host = "127.0.0.1") => ({
    url: `http://${host}:${endpoints.port}${path}`,
    secrets: [SECRET],
  });
  const config = {
    accounts: { main: ACCOUNT },
    lease: { leaseMs: 3000, lockMs: 3000, stalledMs: 500 },
    callbacks: {
      producers: {
        shop: { ...endpoint("/shop?key=hidden"), secrets: [OLD_SECRET, SECRET] },
        moody: endpoint("/moody"),
        broken: endpoint("/broken"),
        silent: endpoint("/silent"),
        moved: endpoint("/moved"),
        gone: endpoint("/gone"),
        inside: endpoint("/inside", "127.0.0.2"),
        crashing: endpoint("/crashing"),
      },
      retryDelaysMs: [50, 50],
      timeoutMs: 1000,
      connections: CONNECTIONS,
      allowedNetworks: ["127.0.0.1"],
    },
  };
  const path = join(directory, "hermod.yaml");
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: path, LOG_LEVEL: "debug" };
  start = async () => {
    const port = await freePort();
    const poller = stack.use(await startApp("poller", { env: { ...env, PORT: `${port}` } }));
    metricsUrl = `http://127.0.0.1:${port}/metrics`;
    pollers.push(poller);
    return poller;
  };
  await start();
  hermod = stack.use(await openClient({ redisUrl: redis.url }));
}, 40_000);
afterAll(() => stack.disposeAsync());

/** Messages of a producer that are final at once. */
async function finals(producer: string, count = 1): Promise<string[]> {
  const messages = Array.from({ length: count }, (_, index) => ({
    account: "main",
    to: "+84836106872",
    content: { template: "OTP", params: { otp: `90${index}` } },
    producer,
    metadata: { order: `${index}` },
    sendAt: Date.now() + 3_600_000,
  }));
  const results = await hermod.sendMany(messages);
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  for (const id of ids) expect(await hermod.cancel(id)).toBe("canceled");
  return ids;
}

async function dead(producer: string, count = 1) {
  return await waitUntil(
    "it to be given up",
    async () => {
      const found = await hermod.callbacks.dead({ producer });
      return found.length >= count ? found : undefined;
    },
    WAIT,
  );
}

test(
  "a final state is posted once, signed with each secret, with what its producer gave along",
  TEST,
  async () => {
    const [id = ""] = await finals("shop");
    await waitUntil("the callback", () => endpoints.at("/shop?key=hidden").length > 0, WAIT);
    const [first, ...others] = endpoints.at("/shop?key=hidden");
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      name: `${id}-canceled`,
      event: {
        type: "message.canceled",
        data: { id, producer: "shop", state: "canceled", reason: "by_producer", metadata: { order: "0" } },
      },
    });
    const { body = "", headers = {} } = first ?? {};
    expect(new Webhook(OLD_SECRET).verify(body, headers)).toMatchObject({ data: { id } });
  },
);

test(
  "one that is answered with 500, or not at all, comes again under the same name until it is taken",
  TEST,
  async () => {
    let answered = 0;
    endpoints.answers.set("/moody", (response) => {
      answered += 1;
      if (answered === 1) response.writeHead(500).end("no");
      else if (answered === 3) response.end("ok");
    });
    const [id] = await finals("moody");
    await waitUntil("three attempts", () => answered === 3, WAIT);
    expect(endpoints.at("/moody").map(({ name }) => name)).toEqual(Array(3).fill(`${id}-canceled`));
    await waitUntil(
      "none to wait",
      async () => /hermod_callbacks_total\{producer="moody",result="taken"\} 1/.test(await metrics()),
      WAIT,
    );
    expect(await hermod.callbacks.dead({ producer: "moody" })).toEqual([]);
  },
);

test(
  "one that is never taken becomes a dead letter, which is told of, and is posted anew when it is replayed",
  TEST,
  async () => {
    endpoints.answers.set("/broken", (response) => response.writeHead(503).end());
    const [id = ""] = await finals("broken");
    const [letter] = await dead("broken");
    expect(letter).toMatchObject({ messageId: id, state: "canceled", attempts: 3, reason: "http_503" });
    expect(endpoints.at("/broken")).toHaveLength(3);
    const givenUp = /"producer":"broken".*callback given up/;
    await waitUntil("it to be told", () =>
      pollers.some(({ lines }) => lines.some((line) => givenUp.test(line))),
    );
    await waitUntil(
      "it to be counted",
      async () => /hermod_callbacks_dead\{producer="broken"\} 1/.test(await metrics()),
      WAIT,
    );
    endpoints.answers.delete("/broken");
    expect(await hermod.callbacks.replay({ producer: "broken", ids: [`${id}-read`] })).toBe(0);
    expect(await hermod.callbacks.replay({ producer: "broken" })).toBe(1);
    await waitUntil("it to be posted anew", () => endpoints.at("/broken").length === 4, WAIT);
    await waitUntil(
      "none to be dead",
      async () => (await hermod.callbacks.dead({ producer: "broken" })).length === 0,
      WAIT,
    );
  },
);

describe("nothing is posted", () => {
  test("where a redirect points to", TEST, async () => {
    endpoints.answers.set("/moved", (response) => response.writeHead(307, { location: "/elsewhere" }).end());
    await finals("moved");
    expect(await dead("moved")).toMatchObject([{ reason: "http_307" }]);
    expect(endpoints.at("/elsewhere")).toEqual([]);
  });

  test("again to an endpoint that is gone", TEST, async () => {
    endpoints.answers.set("/gone", (response) => response.writeHead(410).end());
    await finals("gone");
    expect(await dead("gone")).toMatchObject([{ reason: "http_410", attempts: 1 }]);
  });

  test("to an address that is not listed", TEST, async () => {
    await finals("inside");
    expect(await dead("inside")).toMatchObject([{ reason: "TARGET_NOT_ALLOWED" }]);
    expect(endpoints.at("/inside")).toEqual([]);
  });
});

test("an endpoint that never answers holds up nobody else's callbacks", TEST, async () => {
  endpoints.answers.set("/silent", () => {});
  await finals("silent", 30);
  await waitUntil("it to be posted to", () => endpoints.at("/silent").length >= 4, WAIT);
  const before = endpoints.at("/shop?key=hidden").length;
  await finals("shop", 5);
  await waitUntil("the others", () => endpoints.at("/shop?key=hidden").length === before + 5, WAIT);
  expect(await hermod.callbacks.dead({ producer: "silent", most: 1000 })).not.toHaveLength(30);
});

test("pollers that are killed lose no callback, and post only what was in hand twice", {
  timeout: 60_000,
}, async () => {
  const expected = new Set<string>();
  let next = Promise.resolve(pollers.at(-1));
  for (let round = 0; round < KILLS; round += 1) {
    const killed = await next;
    const before = endpoints.at("/crashing").length;
    for (const id of await finals("crashing", 25)) expected.add(`${id}-canceled`);
    await waitUntil("some to be posted", () => endpoints.at("/crashing").length > before, WAIT);
    killed?.kill("SIGKILL");
    next = start();
  }
  await next;
  const names = () => endpoints.at("/crashing").map(({ name }) => name);
  await waitUntil("all of them", () => new Set(names()).size === expected.size, WAIT);
  expect(new Set(names())).toEqual(expected);
  expect(names().length - expected.size).toBeLessThanOrEqual(KILLS * CONNECTIONS);
});

test("nothing private is in what lies in Redis, is said or is posted, and no secret", async () => {
  const said = [...pollers.flatMap(({ lines }) => lines), await metrics()].join("\n");
  const jobs = (await dumpRedis(redisUrl)).filter((line) => line.includes("callback.")).join("\n");
  expect(jobs).toMatch(/callback\.shop/);
  const posted = endpoints.posted.map(({ body }) => body).join("\n");
  expect([said, jobs, posted].join("\n")).not.toMatch(/836106872|"90\d"|BwcHBw|CAgICA|key=hidden/);
  expect(endpoints.forged).toEqual([]);
});

async function metrics(): Promise<string> {
  return await (await fetch(metricsUrl)).text();
}
