import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { delivered, deliveredAfterAll } from "./plan.ts";
import type { PushTarget } from "./push.ts";
import { type BitelOptions, startBitel } from "./server.ts";

const NOON = 1542434545_000;

/** Someone who takes events: what came in, as it came. */
async function openReceiver(answer = 200) {
  const received: { method: string | undefined; type: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const type = request.headers["content-type"];
    received.push({ method: request.method, type, body: await text(request) });
    response.writeHead(answer).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A simulator whose time is moved by hand, with one message for each of the numbers. */
async function openWith(push: PushTarget, options: Partial<BitelOptions> = {}, numbers = ["09121111111"]) {
  let time = NOON;
  const plan = () => delivered(1000);
  const simulator = await startBitel({ seed: 1, now: () => time, plan, push, ...options });
  const sendAll = () =>
    fetch(`${simulator.baseUrl}/sms/batch`, {
      method: "POST",
      headers: { authorization: "Bearer secret", "content-type": "application/json" },
      body: JSON.stringify({ message: "Hi", phoneNumbers: numbers }),
    });
  await sendAll();
  return {
    ...simulator,
    sendAll,
    pass: (ms: number) => {
      time += ms;
    },
    answered: () => simulator.pushed.map(({ answered }) => answered),
  };
}

test("a message that concludes is told by an event of its own", async () => {
  await using receiver = await openReceiver();
  await using simulator = await openWith(receiver, {}, ["09121111111", "09122222222"]);
  simulator.pass(1000);
  await expect.poll(simulator.answered).toEqual([200, 200]);
  const events = receiver.received.map(({ body }) => JSON.parse(body));
  expect(receiver.received).toMatchObject(Array(2).fill({ method: "POST", type: "application/json" }));
  expect(events.toSorted((a, b) => a.requestId.localeCompare(b.requestId))).toEqual(
    simulator.log.accepted
      .map(({ id, batchId }) => ({
        requestId: id,
        batchId,
        balanceSubtracted: 100,
        cause: "",
        smsCount: 1,
        requestDate: 1542434545,
        deliveryStatus: "DELIVERED",
      }))
      .toSorted((a, b) => a.requestId.localeCompare(b.requestId)),
  );
});

test("nothing is told of a message that has not concluded", async () => {
  await using receiver = await openReceiver();
  const plan = () => ({
    steps: [{ afterMs: 0, status: "CHECK_OK" }, ...deliveredAfterAll(10, 20).steps],
  });
  await using simulator = await openWith(receiver, { plan });
  simulator.pass(10);
  await expect.poll(simulator.answered).toEqual([200]);
  expect(simulator.pushed).toMatchObject([{ status: "DELIVERY_FAILED", at: NOON + 10 }]);
  simulator.pass(10);
  await expect.poll(() => simulator.pushed).toMatchObject([{}, { status: "DELIVERED", at: NOON + 20 }]);
});

test.each<[string, Omit<PushTarget, "url">, string | undefined, string]>([
  ["the number of the status", { deliveryStatus: "code" }, "application/json", '"deliveryStatus":1}'],
  ["a result around it", { wrapped: true }, "application/json", '{"result":{"requestId":'],
  [
    "the form of a form",
    { encoding: "form" },
    "application/x-www-form-urlencoded;charset=UTF-8",
    "&smsCount=1&requestDate=1542434545&deliveryStatus=DELIVERED",
  ],
])("an event has %s when asked to", async (_, shape, type, part) => {
  await using receiver = await openReceiver();
  await using simulator = await openWith({ ...shape, url: receiver.url });
  simulator.pass(1000);
  await expect
    .poll(() => receiver.received)
    .toEqual([{ method: "POST", type, body: expect.stringContaining(part) }]);
});

test.each([0, 2])("an event comes %i times when asked to", async (times) => {
  await using receiver = await openReceiver();
  const numbers = ["09121111111", "09122222222"];
  const target = {
    url: receiver.url,
    times: ({ phoneNumber }: { phoneNumber: string }) => (phoneNumber === numbers[0] ? times : 1),
  };
  await using simulator = await openWith(target, {}, numbers);
  simulator.pass(1000);
  await expect.poll(simulator.answered).toEqual(Array(times + 1).fill(200));
});

test("an event is not posted again, whatever the answer", async () => {
  await using receiver = await openReceiver(503);
  await using simulator = await openWith(receiver);
  simulator.pass(1000);
  await expect.poll(simulator.answered).toEqual([503]);
  await simulator.sendAll();
  simulator.pass(1000);
  await expect.poll(simulator.answered).toEqual([503, 503]);
});

test("an event for a receiver that is away is lost and harms nobody", async () => {
  await using simulator = await openWith({ url: "http://127.0.0.1:1/events" });
  simulator.pass(1000);
  await expect
    .poll(() => simulator.pushed)
    .toEqual([{ id: simulator.log.accepted[0]?.id, status: "DELIVERED", at: NOON + 1000 }]);
  expect((await simulator.sendAll()).status).toBe(200);
});

test("a target that is taken back gets nothing of later messages", async () => {
  await using receiver = await openReceiver();
  await using simulator = await openWith(receiver);
  simulator.setPush(undefined);
  await simulator.sendAll();
  simulator.pass(1000);
  await expect.poll(simulator.answered).toEqual([200]);
  expect(simulator.pushed.map(({ id }) => id)).toEqual([simulator.log.accepted[0]?.id]);
});

test("a closed simulator posts nothing more", async () => {
  await using receiver = await openReceiver();
  const simulator = await openWith(receiver);
  await simulator[Symbol.asyncDispose]();
  await simulator[Symbol.asyncDispose]();
  simulator.pass(1000);
  // Another simulator's event, due at the same time, shows that there was time for this one's.
  await using other = await openWith(receiver);
  other.pass(1000);
  await expect.poll(other.answered).toEqual([200]);
  expect(simulator.pushed).toEqual([]);
});
