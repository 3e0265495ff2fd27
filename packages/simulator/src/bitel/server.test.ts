import { expect, test } from "vitest";
import { delivered, failed } from "./plan.ts";
import { type BitelOptions, DEFAULT_CONTRACT, startBitel } from "./server.ts";

/** The time of the document's example. */
const NOON = 1542434545_000;
const [line, dedicated] = DEFAULT_CONTRACT.gateways;
const json = { authorization: "Bearer secret", "content-type": "application/json" };
const single = { message: "Hi there", phoneNumber: "09121111111" };
const numbers = ["09121111111", "09122222222", "09123333333"];
const hexId = expect.stringMatching(/^[0-9a-f]{32}$/);

/** A simulator at a time that stands still until it is moved, and short ways to call it. */
async function open(options: Partial<BitelOptions> = {}) {
  let time = NOON;
  const plan = () => delivered(1000);
  const simulator = await startBitel({ seed: 1, now: () => time, plan, ...options });
  const post = (path: string, body: unknown, headers: Record<string, string> = json) =>
    fetch(simulator.baseUrl + path, { method: "POST", body: JSON.stringify(body), headers });
  const get = (path: string, headers: Record<string, string> = json) =>
    fetch(simulator.baseUrl + path, { headers });
  return {
    ...simulator,
    post,
    get,
    send: async <T>(path: string, body: unknown) => resultOf<T>(await post(path, body)),
    detail: async <T = Item>(path: string) => resultOf<T>(await get(path)),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

type Item = Readonly<Record<string, unknown>>;

/** The result of a success, which has no error. */
async function resultOf<T>(response: Response): Promise<T> {
  const { result, error } = (await response.json()) as { result: T; error: unknown };
  expect([response.status, error]).toEqual([200, null]);
  return result;
}

test("a single send of v1 is answered by a requestId, whose detail follows the plan", async () => {
  await using simulator = await open();
  const { requestId } = await simulator.send<{ requestId: string }>("/sms/single", single);
  expect(requestId).toEqual(hexId);
  const path = `/sms/detail/single/${requestId}`;
  expect(await simulator.detail(path)).toMatchObject({ id: requestId, deliveryStatus: "WAITING" });
  simulator.pass(1000);
  expect(await simulator.detail(path)).toMatchObject({ id: requestId, deliveryStatus: "DELIVERED" });
});

test.each([
  ["batch", "/sms/batch", { message: "Hi", phoneNumbers: numbers }, ["Hi", "Hi", "Hi"]],
  ["p2p", "/sms/p2p", { messages: ["a", "b", "c"], phoneNumbers: numbers }, ["a", "b", "c"]],
])(
  "a %s of v1 is answered by a bare batchId, whose detail has an item for each number",
  async (_, path, body, texts) => {
    await using simulator = await open();
    const batchId = await simulator.send<string>(path, body);
    expect(batchId).toEqual(hexId);
    expect(await simulator.detail(`/sms/detail/batch/${batchId}`)).toEqual(
      texts.map((message, n) => expect.objectContaining({ id: hexId, message, phoneNumber: numbers[n] })),
    );
  },
);

test.each([
  ["single", "/sms/single", single, [single.phoneNumber]],
  ["batch", "/sms/batch", { message: "Hi there", phoneNumbers: numbers }, numbers],
  ["p2p", "/sms/batch/p2p", { messages: ["a", "b", "c"], phoneNumbers: numbers }, numbers],
])(
  "a %s of v2 is answered by its messages, each waiting under its own id",
  async (call, path, body, phones) => {
    await using simulator = await open({ apiVersion: "v2" });
    const items = [await simulator.send<Item | Item[]>(path, body)].flat();
    expect(items.map(({ phoneNumber }) => phoneNumber)).toEqual(phones);
    for (const item of items) {
      expect(item).toMatchObject({ id: hexId, status: 0, statusText: "Waiting", partCount: 1, price: 0 });
      expect(await simulator.detail(`/sms/status/${item["id"]}`)).toMatchObject({ statusCode: 0 });
    }
    expect(
      simulator.log.accepted.every(({ batchId }) => (batchId === undefined) === (call === "single")),
    ).toBe(true);
  },
);

test("the truth tells of each recipient what was accepted, what becomes of it and when", async () => {
  await using simulator = await open({ plan: () => failed(2000, "CHECK_ERROR") });
  const body = { message: "Hi", phoneNumbers: ["09121111111"], gatewayNumber: dedicated };
  const batchId = await simulator.send<string>("/sms/batch", body);
  expect(simulator.log.accepted).toEqual([
    {
      id: hexId,
      batchId,
      phoneNumber: "09121111111",
      text: "Hi",
      gatewayNumber: dedicated,
      at: NOON,
      plan: failed(2000, "CHECK_ERROR"),
      parts: 1,
      cost: 100,
      finalStatus: "CHECK_ERROR",
      finalAt: NOON + 2000,
    },
  ]);
  const [accepted] = simulator.log.accepted;
  expect(simulator.log.requests).toEqual([expect.objectContaining({ body, acceptedIds: [accepted?.id] })]);
});

test("the log tells what a status request asked for", async () => {
  await using simulator = await open();
  await simulator.get("/sms/detail/batch/71");
  expect(simulator.log.requests).toEqual([
    expect.objectContaining({ operation: "status", path: "/api/v1/sms/detail/batch/71" }),
  ]);
});

test("the same request twice is two messages", async () => {
  await using simulator = await open();
  const send = () => simulator.send<{ requestId: string }>("/sms/single", single);
  expect((await send()).requestId).not.toBe((await send()).requestId);
  expect(simulator.log.accepted).toHaveLength(2);
});

test("a refusal is a 400 with its code and accepts nothing", async () => {
  await using simulator = await open();
  const response = await simulator.post("/sms/single", { ...single, gatewayNumber: "5000" });
  expect([response.status, await response.json()]).toEqual([400, { result: null, error: "InvalidGateway" }]);
  expect(simulator.log.accepted).toEqual([]);
});

test("a body that is not said to be JSON is not understood", async () => {
  await using simulator = await open();
  const headers = { ...json, "content-type": "text/plain" };
  expect((await simulator.post("/sms/single", single, headers)).status).toBe(400);
});

test.each([
  ["another token", "Bearer other"],
  ["another scheme", "Basic secret"],
  ["no token", ""],
])("%s is met by 401, whatever is asked for", async (_, authorization) => {
  await using simulator = await open();
  const headers = { ...json, authorization };
  expect((await simulator.post("/sms/single", single, headers)).status).toBe(401);
  expect((await simulator.get("/sms/detail/single/71", headers)).status).toBe(401);
  expect(simulator.log.accepted).toEqual([]);
});

test("the scheme of the token may be in lower case", async () => {
  await using simulator = await open();
  const headers = { ...json, authorization: "bearer secret" };
  expect((await simulator.post("/sms/single", single, headers)).status).toBe(200);
});

test("a path is served in its own method and version alone", async () => {
  await using simulator = await open();
  expect((await simulator.get("/sms/single")).status).toBe(405);
  expect((await simulator.post("/sms/detail/single/71", {})).status).toBe(405);
  expect((await fetch(`${simulator.url}/api/v2/sms/single`, { method: "POST" })).status).toBe(404);
});

test("an unknown id gets the answer of the contract", async () => {
  await using simulator = await open({ unknownId: { status: 404, body: "gone" } });
  for (const of of ["single", "batch"]) {
    const response = await simulator.get(`/sms/detail/${of}/71`);
    expect([response.status, await response.text()]).toEqual([404, "gone"]);
  }
});

test("items of a batch appear one after another when the plan says so", async () => {
  let n = 0;
  await using simulator = await open({ plan: () => ({ steps: [], listedAfterMs: 100 * n++ }) });
  const batchId = await simulator.send<string>("/sms/batch", { message: "Hi", phoneNumbers: numbers });
  const second = simulator.log.accepted[1]?.id;
  const seen = async () => [
    (await simulator.detail<Item[]>(`/sms/detail/batch/${batchId}`)).length,
    (await simulator.get(`/sms/detail/single/${second}`)).status,
  ];
  expect(await seen()).toEqual([1, 400]);
  simulator.pass(100);
  expect(await seen()).toEqual([2, 200]);
});

test("items come backwards when asked to, in the answer to a send too", async () => {
  await using simulator = await open({ apiVersion: "v2", quirks: { order: "reversed" } });
  const items = await simulator.send<Item[]>("/sms/batch", { message: "Hi", phoneNumbers: numbers });
  expect(items.map(({ phoneNumber }) => phoneNumber)).toEqual(numbers.toReversed());
});

test("items come in another order every time when asked to", async () => {
  await using simulator = await open({ quirks: { order: "shuffled" } });
  const phoneNumbers = Array.from({ length: 20 }, (_, n) => `091211111${n + 10}`);
  const batchId = await simulator.send<string>("/sms/batch", { message: "Hi", phoneNumbers });
  const seen = async () =>
    (await simulator.detail<Item[]>(`/sms/detail/batch/${batchId}`)).map(({ phoneNumber }) => phoneNumber);
  const [first, second] = [await seen(), await seen()];
  expect(first).not.toEqual(second);
  expect([first.toSorted(), second.toSorted()]).toEqual([phoneNumbers, phoneNumbers]);
});

test("a number on the black list is reached by a dedicated line alone", async () => {
  await using simulator = await open({ blacklist: [single.phoneNumber] });
  for (const gatewayNumber of [line, dedicated])
    await simulator.send("/sms/single", { ...single, gatewayNumber });
  expect(simulator.log.accepted.map(({ finalStatus }) => finalStatus)).toEqual(["BLACKLIST", "DELIVERED"]);
});

test("a wrong number that is taken ends in ERROR, its batch goes on", async () => {
  await using simulator = await open({ wrongNumber: "taken" });
  await simulator.send("/sms/batch", { message: "Hi", phoneNumbers: ["12", "09121111111"] });
  expect(simulator.log.accepted.map(({ finalStatus }) => finalStatus)).toEqual(["ERROR", "DELIVERED"]);
});

test("two simulators of one seed give the same ids and plans, of another seed others", async () => {
  const run = async (seed: number) => {
    await using simulator = await startBitel({ seed, now: () => NOON });
    const body = JSON.stringify({ message: "Hi", phoneNumbers: numbers });
    await fetch(`${simulator.baseUrl}/sms/batch`, { method: "POST", body, headers: json });
    return simulator.log.accepted;
  };
  expect(await run(1)).toEqual(await run(1));
  expect((await run(1)).map(({ id }) => id)).not.toEqual((await run(2)).map(({ id }) => id));
});

test.each([
  ["v1 never says", "v1", false],
  ["v2 says", "v2", true],
] as const)("%s CHECK_OK on the way unless another plan is given", async (_, apiVersion, says) => {
  await using simulator = await startBitel({ seed: 1, apiVersion });
  const body = JSON.stringify({ message: "Hi", phoneNumbers: numbers });
  await fetch(`${simulator.baseUrl}/sms/batch`, { method: "POST", body, headers: json });
  const words = simulator.log.accepted.flatMap(({ plan }) => plan.steps.map(({ status }) => status));
  expect(words.includes("CHECK_OK")).toBe(says);
});
