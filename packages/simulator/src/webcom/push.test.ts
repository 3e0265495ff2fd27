import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { neverReported, read } from "./plan.ts";
import type { PushedState, PushOptions } from "./push.ts";
import type { WebcomOptions } from "./server.ts";
import { openBench } from "./test-bench.ts";

type Reply = (states: readonly PushedState[]) => unknown;
const everything: Reply = (states) => states.map(({ id_sms }) => ({ id_sms: Number(id_sms) }));
const nothing: Reply = () => [];

/** A simulator that pushes to a receiver, which answers as told. */
async function openPushing(
  reply: Reply,
  push: Partial<PushOptions> = {},
  options: Partial<WebcomOptions> = {},
  status = 200,
) {
  const received: { type: string | undefined; states: readonly PushedState[] }[] = [];
  const server = createServer(async (request, response) => {
    const states = (await json(request)) as PushedState[];
    received.push({ type: request.headers["content-type"], states });
    response.writeHead(status).end(JSON.stringify(reply(states)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`;
  const simulator = await openBench({ ...options, push: { url, ...push } });
  return {
    ...simulator,
    received,
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

test("a new state is pushed as the document shows it", async () => {
  await using simulator = await openPushing(everything);
  const { id_sms } = await simulator.send();
  await simulator.pushDue();
  expect(simulator.received).toEqual([]);
  simulator.pass(1000);
  await simulator.pushDue();
  expect(simulator.received).toEqual([
    {
      type: "text/json; charset=utf-8",
      states: [{ id_sms: String(id_sms), time: "2021-04-26 15:15:04", state: "deliver" }],
    },
  ]);
});

test("a state whose number comes back is not pushed again", async () => {
  await using simulator = await openPushing(everything);
  const { id_sms } = await simulator.send();
  simulator.pass(1000);
  await simulator.pushDue();
  await simulator.pushDue();
  expect(simulator.pushes).toMatchObject([{ answered: 200, acknowledgedIds: [String(id_sms)] }]);
});

test("a state whose number does not come back is pushed five times in all", async () => {
  await using simulator = await openPushing(nothing);
  await simulator.send();
  simulator.pass(1000);
  for (let n = 0; n < 7; n++) await simulator.pushDue();
  expect(simulator.received).toHaveLength(5);
});

test("of several states only those that are not named are pushed again", async () => {
  await using simulator = await openPushing((states) => everything(states.slice(0, 1)));
  await simulator.send();
  const { id_sms } = await simulator.send();
  simulator.pass(1000);
  await simulator.pushDue();
  await simulator.pushDue();
  expect(simulator.received.map(({ states }) => states.length)).toEqual([2, 1]);
  expect(simulator.received[1]?.states[0]?.id_sms).toBe(String(id_sms));
});

test.each<[string, Reply, number]>([
  ["an object", () => ({ id_sms: 1 }), 200],
  ["an array of numbers", (states) => states.map(({ id_sms }) => Number(id_sms)), 200],
  ["an error that names everything", everything, 500],
])("%s acknowledges nothing", async (_, reply, status) => {
  await using simulator = await openPushing(reply, {}, {}, status);
  await simulator.send();
  simulator.pass(1000);
  await simulator.pushDue();
  expect(simulator.pushes).toMatchObject([{ answered: status, acknowledgedIds: [] }]);
});

test("a receiver that cannot be reached is an attempt", async () => {
  await using simulator = await openBench({ push: { url: "http://127.0.0.1:1/", attempts: 2 } });
  await simulator.send();
  simulator.pass(1000);
  for (let n = 0; n < 3; n++) await simulator.pushDue();
  expect(simulator.pushes).toHaveLength(2);
  expect(simulator.pushes[0]).not.toHaveProperty("answered");
});

test("each change of state is pushed, and the latest first when the options say so", async () => {
  for (const reversed of [false, true]) {
    await using simulator = await openPushing(everything, { reversed }, { plan: () => read(1000, 2000) });
    await simulator.send();
    simulator.pass(2000);
    await simulator.pushDue();
    const states = simulator.received[0]?.states.map(({ state }) => state);
    expect(states).toEqual(reversed ? ["read", "deliver"] : ["deliver", "read"]);
  }
});

test("a message that never reports is never pushed", async () => {
  await using simulator = await openPushing(everything, {}, { plan: () => neverReported() });
  await simulator.send();
  simulator.pass(1e9);
  await simulator.pushDue();
  expect(simulator.received).toEqual([]);
});

test("a push has no more states than told, as numbers and twice when told", async () => {
  const options = { mostStates: 2, numericIds: true, doubled: true };
  await using simulator = await openPushing(everything, options);
  for (let n = 0; n < 3; n++) await simulator.send();
  simulator.pass(1000);
  await simulator.pushDue();
  expect(simulator.received.map(({ states }) => states.length)).toEqual([4, 2]);
  expect(simulator.received[0]?.states[0]?.id_sms).toBe(Number(simulator.log.accepted[0]?.id));
  expect(simulator.received[0]?.states[1]).toEqual(simulator.received[0]?.states[0]);
});

test("with an interval states are pushed by themselves", async () => {
  await using simulator = await openPushing(everything, { everyMs: 1 });
  await simulator.send();
  simulator.pass(1000);
  await expect.poll(() => simulator.received.length).toBe(1);
});

test("closing ends a push that waits for its acknowledgement", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const simulator = await openBench({ push: { url, everyMs: 1, timeoutMs: 3_600_000 } });
  await simulator.send();
  simulator.pass(1000);
  await expect.poll(() => simulator.pushes.length).toBe(1);
  await simulator[Symbol.asyncDispose]();
  expect(simulator.pushes).toMatchObject([{ acknowledgedIds: [] }]);
  silent.closeAllConnections();
  silent.close();
});
