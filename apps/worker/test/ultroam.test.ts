import type { LoggedRequest } from "@hermod/simulator/ground-truth";
import { LOCALHOST_CERTIFICATE, LOCALHOST_CERTIFICATE_FILE } from "@hermod/simulator/localhost-certificate";
import { startUltroam } from "@hermod/simulator/ultroam";
import { delivered, undelivered } from "@hermod/simulator/ultroam/plan";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { finalViews, startWithAccounts } from "./installation.ts";
import { openTap } from "./tap.ts";

const PASSWORD = "correct-horse";
const LOGIN = { provider: "ultroam", username: "admin", password: PASSWORD };
const BASIC = Buffer.from(`admin:${PASSWORD}`).toString("base64");

/** As strict as a box can be: each count once and in its order, nonces that grow old, and no POST without credentials. */
const STRICT = {
  seed: 1,
  auth: "digest",
  password: PASSWORD,
  nonceUses: 7,
  unauthenticatedPost: "drop",
} as const;

const texts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    account: "main",
    to: `+7916${1_000_000 + index}`,
    content: { text: `Your code is ${1000 + index}` },
  }));

const states = (views: readonly { state: string; code?: string }[]) =>
  views.map(({ state, code }) => code ?? state);

for (const [title, tls] of [
  ["over TLS, with a certificate of its own", LOCALHOST_CERTIFICATE],
  ["in the clear", undefined],
] as const) {
  test(`a box that is strict about Digest, ${title}, takes each message once and never sees the password`, {
    timeout: 60_000,
  }, async () => {
    await using simulator = await startUltroam({
      ...STRICT,
      plan: () => delivered(200),
      ...(tls === undefined ? {} : { tls }),
    });
    await using tap = await openTap(simulator.url);
    const baseUrl = `${tls === undefined ? "http" : "https"}://127.0.0.1:${tap.port}`;
    const trust = tls === undefined ? {} : { caFile: LOCALHOST_CERTIFICATE_FILE };
    await using installation = await startWithAccounts({ main: { ...LOGIN, baseUrl, ...trust } });
    const views = await finalViews(installation, texts(60));
    expect(states(views)).toEqual(views.map(() => "delivered"));
    expect(simulator.log.accepted).toHaveLength(60);
    const heard = tap.heard();
    expect(heard.length).toBeGreaterThan(10_000);
    for (const secret of [PASSWORD, BASIC]) {
      expect(heard).not.toContain(secret);
      expect(installation.said()).not.toContain(secret);
    }
    expect(heard.includes('Digest username="admin"')).toBe(tls === undefined);
    expect(heard.includes("Your code is")).toBe(tls === undefined);
  });
}

test("1,000 messages that are due together are asked about in 32 requests", {
  timeout: 150_000,
}, async () => {
  await using simulator = await startUltroam({ ...STRICT, nonceUses: 1000, plan: () => delivered(0) });
  const limits = { sendPerSecond: 500, connections: 10, timeoutMs: 10_000 };
  await using installation = await startWithAccounts(
    { main: { ...LOGIN, ...limits, baseUrl: simulator.url } },
    {
      settings: {
        check: { minMs: 100, maxMs: 1000, horizonMs: 120_000 },
        // Nobody settles a doubt without a poller, so that none may come of a busy machine.
        lease: { leaseMs: 20_000, lockMs: 30_000, stalledMs: 5000 },
      },
      pollers: 0,
      logLevel: "info",
    },
  );
  const { hermod, start } = installation;
  const results = await hermod.sendMany(texts(1000));
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  // Nobody asks without a poller, so that all of them are due when it comes.
  const patience = { timeoutMs: 90_000, everyMs: 200 };
  await waitUntil("all to be taken", () => simulator.log.accepted.length === 1000, patience);
  const latest = await waitUntil(
    "all to be submitted",
    async () => {
      const views = await Promise.all(ids.map((id) => hermod.get(id)));
      return views.every((view) => view?.state === "submitted") && Date.now();
    },
    patience,
  );
  await waitUntil("all to be due", () => Date.now() > latest + 500);
  await start("poller");
  const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, { timeoutMs: 30_000 })));
  expect(new Set(states(views))).toEqual(new Set(["delivered"]));
  const answered = simulator.log.requests.filter(isResultQuery);
  expect(answered).toHaveLength(Math.ceil(1000 / 32));
  expect(new Set(answered.flatMap(({ body }) => (body as { user_id: number[] }).user_id)).size).toBe(1000);
});

/** An answered question for results by our references. */
function isResultQuery({ operation, body, answered }: LoggedRequest): boolean {
  return operation === "status" && answered === 200 && typeof body === "object" && "user_id" in (body ?? {});
}

test("a box whose queue is long is sent to no faster than it gets rid of messages, and every one is delivered once", {
  timeout: 90_000,
}, async () => {
  const CAPACITY = 20;
  await using simulator = await startUltroam({
    ...STRICT,
    plan: () => delivered(100),
    drainPerSecond: 15,
    queueCapacity: CAPACITY,
    queueFull: 500,
  });
  const limits = { queueLimit: 8, connections: 4 };
  await using installation = await startWithAccounts(
    { main: { ...LOGIN, ...limits, baseUrl: simulator.url } },
    { settings: { retry: { delaysMs: [] }, check: { minMs: 100, maxMs: 1000, horizonMs: 60_000 } } },
  );
  const views = await finalViews(installation, texts(60), 60_000);
  expect(states(views)).toEqual(views.map(() => "delivered"));
  // A full queue refuses with an error that leaves messages in doubt: it was never met.
  const sends = simulator.log.requests.filter(
    ({ operation, answered }) => operation === "send" && answered === 200,
  );
  expect(sends).toHaveLength(60);
  expect(simulator.log.accepted).toHaveLength(60);
});

test("a message that the network gave up is told with the network's code", { timeout: 40_000 }, async () => {
  await using simulator = await startUltroam({ ...STRICT, plan: () => undelivered(200, 70) });
  await using installation = await startWithAccounts({ main: { ...LOGIN, baseUrl: simulator.url } });
  const [view] = await finalViews(installation, texts(1));
  expect(view).toMatchObject({ state: "undelivered", code: "70", details: { deliveryStatus: "permanent" } });
});
