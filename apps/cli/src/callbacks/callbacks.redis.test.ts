import { connectRedis } from "@hermod/broker/connect";
import { consumeCallbacks } from "@hermod/broker/consume-callbacks";
import { openBroker } from "@hermod/broker/open-broker";
import { stateEvent } from "@hermod/core/state-event";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test, vi } from "vitest";
import { parseCommandLine } from "../command-line.ts";
import { callbacks } from "./callbacks.ts";

const PRODUCER = "cli-callbacks";

/** Carries a command line out, and tells its exit code and what it printed. */
async function ask(...line: string[]) {
  const command = parseCommandLine(["callbacks", ...line, "--producer", PRODUCER]);
  if (command.name !== "callbacks") throw new Error(command.name);
  using log = vi.spyOn(console, "log").mockImplementation(() => {});
  const code = await callbacks(command, { REDIS_URL: isolatedRedis().url });
  return { code, said: log.mock.calls.map(([text]) => `${text}`) };
}

function event(n: number) {
  const id = `${n}`.padStart(26, "0");
  const times = { at: 1_700_000_000_000, acceptedAt: 1_700_000_000_000 };
  const facts = {
    id,
    producer: PRODUCER,
    account: "main",
    state: "failed",
    reason: "attempts_exhausted",
  } as const;
  return stateEvent({ ...facts, ...times, attempts: 1, anomalies: [] });
}

test("dead callbacks are listed and begun anew, all of them or those that are named", async () => {
  await using link = await connectRedis(isolatedRedis().url, "process");
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  await using broker = await openBroker(link, { retention });
  let taken = 0;
  let isAway = true;
  const dead: string[] = [];
  await using _posting = consumeCallbacks({
    redis: link.another(),
    keys: broker.installation.keys,
    producer: PRODUCER,
    handle: async () => {
      if (isAway) return { kind: "failed", failure: "answered", detail: "http_500" };
      taken += 1;
      return { kind: "taken" };
    },
    onDead: ({ id }) => dead.push(id),
    onError: () => {},
    retryDelaysMs: [],
    concurrency: 1,
    lockMs: 30_000,
    stalledMs: 15_000,
    stopping: new AbortController().signal,
  });
  await broker.callbacks.add(PRODUCER, [event(1), event(2), event(3), event(1)]);
  await waitUntil("three dead ones", async () => (await broker.callbacks.counts(PRODUCER)).dead === 3);
  expect(dead).toHaveLength(3);
  const listed = await ask("dead");
  expect(listed.said[0]).toMatch(/^0{25}1-failed\t1\thttp_500\t2023-11-14T22:13:20.000Z\t20/);
  expect(JSON.parse((await ask("dead", "--most", "2", "--json")).said[0] ?? "")).toHaveLength(2);

  isAway = false;
  const [first, unknown] = [`${event(1).id}-failed`, `${event(1).id}-read`];
  expect(await ask("replay", first, unknown)).toEqual({ code: 1, said: ["1 begun anew."] });
  await waitUntil("it to be taken", () => taken === 1);
  expect(await ask("replay", "--json")).toEqual({ code: 0, said: ['{"replayed":2}'] });
  await waitUntil("all to be taken", () => taken === 3);
  expect((await ask("dead")).said).toEqual([]);
  await expect(ask("replay", "no-such-id")).rejects.toThrow("an id as dead() tells it");
});
