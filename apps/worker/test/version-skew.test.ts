import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hermod, type MessageInput, openClient } from "@hermod/client";
import { type Fault, serverError } from "@hermod/simulator/faults";
import { startWebcom } from "@hermod/simulator/webcom";
import { delivered, expired, notDelivered } from "@hermod/simulator/webcom/plan";
import { type AppProcess, startApp, startScript } from "@hermod/testing/app-process";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { unpackEarlier } from "./earlier/earlier.ts";

const WAIT = { timeoutMs: 60_000 };
const encryption = { keys: { k1: Buffer.alloc(32, 7).toString("base64") }, active: "k1" };

/** Some answers are lost, after the message was taken and before. */
const FAULTS: readonly Fault[] = [{ kind: "reset", accepted: true }, serverError(false, 503)];
const FATES = [delivered, notDelivered, expired];
const STATES: Readonly<Record<string, string>> = {
  deliver: "delivered",
  not_deliver: "undelivered",
  expired: "expired",
};

/** Redis, a provider and a configuration that both versions share. */
async function openStage() {
  await using stack = new AsyncDisposableStack();
  const earlier = stack.use(await unpackEarlier());
  const simulator = stack.use(
    await startWebcom({
      seed: 1,
      plan: ({ text }) => (FATES[Number(/\d+/.exec(text)) % FATES.length] ?? delivered)(1000),
      fault: ({ operation, order }) =>
        operation === "send" && order % 10 === 0 ? FAULTS[(order / 10) % FAULTS.length] : undefined,
    }),
  );
  const redis = stack.use(await startRedis());
  const folder = await mkdtemp(join(tmpdir(), "hermod-skew-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "hermod.yaml");
  const account = { provider: "webcom", login: "hermod", password: "secret", sender: "Hermod" };
  const limits = { sendPerSecond: 50, statusPerSecond: 100, timeoutMs: 1000 };
  const config = {
    accounts: { main: { ...account, ...limits, baseUrl: simulator.url } },
    check: { minMs: 1500, maxMs: 2000, horizonMs: 90_000 },
    reconcile: { settleMs: 500 },
    retry: { delaysMs: [200, 400, 800, 800, 800, 800] },
    lease: { leaseMs: 4000, lockMs: 5000, stalledMs: 1000 },
    encryption,
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: path, LOG_LEVEL: "debug" };
  const apps = ["poller", "worker"] as const;
  const owned = stack.move();
  const started = async (start: (app: "poller" | "worker") => Promise<AppProcess>) => {
    const [poller, worker] = await Promise.all(apps.map(async (app) => owned.use(await start(app))));
    if (poller === undefined || worker === undefined) throw new Error("nothing was started");
    return { poller, worker };
  };
  return {
    simulator,
    startEarlier: () => started((app) => startScript(earlier[app], { env })),
    startToday: () => started((app) => startApp(app, { env })),
    openEarlier: async () => owned.use(await earlier.openClient({ redisUrl: redis.url, encryption })),
    openToday: async () => owned.use(await openClient({ redisUrl: redis.url, encryption })),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

let told = 0;

/** Messages that nobody else sends. */
function messages(count: number, more: Partial<MessageInput> = {}): MessageInput[] {
  return Array.from({ length: count }, () => {
    told += 1;
    const text = `Your code is ${1000 + told}`;
    return { account: "main", to: "+79161234567", content: { text }, idempotencyKey: text, ...more };
  });
}

function sentBy({ lines }: AppProcess): number {
  return lines.filter((line) => line.includes('"msg":"sent"')).length;
}

test("while an earlier version and this one share the work, and a killed one leaves it to the other, each message is taken once and ends as the provider says", {
  timeout: 120_000,
}, async () => {
  await using stage = await openStage();
  const { simulator } = stage;
  const ids = new Map<string, string>();
  const send = async (hermod: Hermod, some: readonly MessageInput[]): Promise<void> => {
    for (const [index, result] of (await hermod.sendMany(some)).entries()) {
      if ("error" in result) throw result.error;
      ids.set(some[index]?.content.text ?? "", result.id);
    }
  };
  const allFinal = (hermod: Hermod) =>
    Promise.all([...ids.values()].map((id) => hermod.waitForFinal(id, WAIT)));

  const earlier = await stage.startEarlier();
  const before = await stage.openEarlier();
  await send(before, messages(15));

  // The roll-out begins: producers and workers of both versions, whose messages cross.
  const today = await stage.startToday();
  const after = await stage.openToday();
  const later = { sendAt: Date.now() + 1500 };
  const both = messages(10);
  await Promise.all([
    send(before, [...messages(30), ...messages(5, later)]),
    send(after, [...messages(30), ...messages(5, later), ...both]),
  ]);
  for (const repeated of await before.sendMany(both)) expect(repeated).toMatchObject({ duplicate: true });
  await waitUntil("both to send", () => sentBy(earlier.worker) > 10 && sentBy(today.worker) > 10, WAIT);

  // What the new ones leave behind, and what their producers go on handing over, the earlier ones finish.
  today.worker.kill("SIGKILL");
  today.poller.kill("SIGKILL");
  await send(after, messages(10));
  await allFinal(after);

  // The roll-out is completed, but for a producer.
  const again = await stage.startToday();
  for (const { kill } of [earlier.worker, earlier.poller]) kill("SIGTERM");
  await send(after, messages(10));
  expect(await Promise.all([earlier.worker.ended, earlier.poller.ended])).toEqual([0, 0]);
  await send(before, messages(10));
  await allFinal(before);
  expect(sentBy(again.worker)).toBeGreaterThan(0);

  for (const [text, id] of ids) {
    const taken = simulator.log.accepted.filter((one) => one.text === text);
    const state = (await after.get(id))?.state;
    expect([text, taken.length, state]).toEqual([text, 1, STATES[taken[0]?.finalStatus ?? ""]]);
  }
  for (const { lines } of [...Object.values(earlier), ...Object.values(today), ...Object.values(again)]) {
    expect(lines.filter((line) => line.includes("cannot be read"))).toEqual([]);
    // A busy machine may cost a lock; a version that cannot live with the other one says so all the time.
    expect(lines.filter((line) => /"level":[56]0/.test(line)).length).toBeLessThan(10);
  }
});
