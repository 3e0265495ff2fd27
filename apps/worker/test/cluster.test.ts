import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClient } from "@hermod/client";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { delivered, failed } from "@hermod/simulator/etelecom/plan";
import { startApp } from "@hermod/testing/app-process";
import { startCluster } from "@hermod/testing/redis-cluster";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { message, timesAccepted } from "./installation.ts";

const COUNT = 60;
/** What is in doubt when a master dies ends as unknown then. */
const EXPIRES_IN_MS = 45_000;
const WAIT = { timeoutMs: 100_000 };

test("on a cluster of three masters, each message reaches its final state once, also when one of them is killed meanwhile", {
  timeout: 200_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startCluster());
  const plan = ({ params }: { params: Readonly<Record<string, string>> }) =>
    Number(params["otp"]) % 2 === 0 ? delivered(300) : failed(300, "23");
  const simulator = stack.use(await startEtelecom({ seed: 1, plan }));
  const folder = await mkdtemp(join(tmpdir(), "hermod-cluster-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const account = { provider: "etelecom", baseUrl: simulator.url, username: "hermod", password: "secret" };
  const limits = { sendPerSecond: 40, statusPerSecond: 100, timeoutMs: 1000 };
  const path = join(folder, "hermod.yaml");
  await writeFile(
    path,
    JSON.stringify({
      accounts: { "etelecom-main": { ...account, ...limits } },
      check: { minMs: 200, maxMs: 1000, horizonMs: 60_000 },
      lease: { leaseMs: 8000, lockMs: 10_000, stalledMs: 2000 },
      reconcile: { settleMs: 1000 },
      redis: { partitions: 16 },
    }),
  );
  const env = { REDIS_URL: cluster.url, HERMOD_CONFIG: path };
  for (const app of ["poller", "worker"] as const) stack.use(await startApp(app, { env }));
  await using hermod = await openClient({ redisUrl: cluster.url });
  const results = await hermod.sendMany(
    Array.from({ length: COUNT }, (_, n) => message(`${n}`, { expiresInMs: EXPIRES_IN_MS })),
  );
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  expect(ids).not.toContain("");
  expect((await cluster.sizes()).every((size) => size > 0)).toBe(true);

  await waitUntil("a third to be sent", () => simulator.log.accepted.length > COUNT / 3, WAIT);
  const [, victim] = cluster.masters;
  await victim?.kill();
  await victim?.restart();
  const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
  const states = views.map(({ state }) => state);
  for (const [n, state] of states.entries()) {
    const accepted = timesAccepted(simulator, `${n}`);
    // What was on the wire when the master died may be in doubt, and is not written again.
    expect(accepted).toBeLessThanOrEqual(1);
    if (state !== "unknown") expect([n, state]).toEqual([n, n % 2 === 0 ? "delivered" : "undelivered"]);
  }
  expect(states.filter((state) => state === "unknown").length).toBeLessThan(20);
});
