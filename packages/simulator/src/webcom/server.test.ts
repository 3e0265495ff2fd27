import { expect, test } from "vitest";
import {
  alreadySentWithoutId,
  emptyInformation,
  refused,
  requestRefused,
  successWithoutId,
  undocumentedError,
  wrongTypesForBalance,
  wrongTypesForSend,
  wrongTypesForStatus,
} from "./faults.ts";
import { notDelivered } from "./plan.ts";
import { startWebcom } from "./server.ts";
import { account, openBench, requestTo, START } from "./test-bench.ts";

const PATHS = ["/json", "/json/state.php", "/json/balance.php"] as const;
const RIGHT: Record<(typeof PATHS)[number], object> = {
  "/json": requestTo(),
  "/json/state.php": [{ ...account, id_sms: 1, detail: 0 }],
  "/json/balance.php": account,
};

/** The same request with other credentials. */
const as = (path: (typeof PATHS)[number], credentials: object) => {
  const change = (request: object) => ({
    ...request,
    login: undefined,
    password: undefined,
    ...credentials,
  });
  const right = RIGHT[path];
  return Array.isArray(right) ? right.map(change) : change(right);
};

test("an accepted message is named by its number alone", async () => {
  await using simulator = await openBench();
  expect(await simulator.ask("/json", requestTo({ client_id_sms: 7 }))).toEqual({
    information: [{ state: "send", id_sms: expect.any(Number) }],
  });
});

test("the truth tells what was accepted, what becomes of it and when", async () => {
  await using simulator = await openBench({ plan: () => notDelivered(2000) });
  const { id_sms } = await simulator.send({ client_id_sms: 7, validity_period: "2021-04-26 15:16:03" });
  expect(simulator.log.accepted).toEqual([
    expect.objectContaining({
      id: String(id_sms),
      number: "79000000001",
      text: "Code 123456",
      sender: "Hermod",
      clientReference: 7,
      at: START,
      plan: notDelivered(2000),
      validUntil: START + 60_000,
      finalStatus: "not_deliver",
      finalAt: START + 2000,
    }),
  ]);
  expect(simulator.log.requests).toEqual([expect.objectContaining({ acceptedIds: [String(id_sms)] })]);
});

test("several recipients are answered in order, each by itself", async () => {
  await using simulator = await openBench();
  const phones = [{ phone: 79000000001 }, { phone: 1 }, { phone: 79000000003 }];
  const answer = await simulator.post("/json", requestTo({}, { phones }));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    information: [
      { state: "send", id_sms: expect.any(Number) },
      { error: "Данное направление закрыто для вас." },
      { state: "send", id_sms: expect.any(Number) },
    ],
  });
  expect(simulator.log.accepted.map(({ number }) => number)).toEqual(["79000000001", "79000000003"]);
});

test("a request in an array is taken when the contract says so", async () => {
  await using simulator = await openBench({
    envelope: { request: "array", message: "array", phones: "array" },
  });
  expect(await simulator.ask("/json", [requestTo()])).toHaveProperty("information");
  expect(await simulator.ask("/json", requestTo())).toEqual({ error: "Incorrect JSON document format" });
});

test.each(PATHS)("%s takes the token instead of login and password", async (path) => {
  await using simulator = await openBench();
  expect((await simulator.post(path, as(path, { token: "hermod-token" }))).status).toBe(200);
});

test.each(PATHS)("%s refuses whatever is wrong in the credentials", async (path) => {
  await using simulator = await openBench();
  const wrong = [
    {},
    { ...account, password: "x" },
    { login: "hermod" },
    { token: "x" },
    { ...account, token: "x" },
  ];
  for (const credentials of wrong)
    expect(await simulator.ask(path, as(path, credentials))).toEqual({
      error: "Incorrect login or password",
    });
  expect(simulator.log.accepted).toEqual([]);
});

test.each(PATHS)("%s says what is wrong with a whole request in the account's language", async (path) => {
  for (const [language, texts] of [
    ["en", ["POST data is missing", "Incorrect JSON document format", "Your account is locked"]],
    ["ru", ["POST данные отсутствуют", "Неправильный формат JSON документа", "Ваш аккаунт заблокирован"]],
  ] as const) {
    await using simulator = await openBench({ language });
    simulator.setLocked(true);
    const bodies = ["", "{", RIGHT[path]];
    const errors = await Promise.all(bodies.map((body) => simulator.ask(path, body)));
    expect(errors).toEqual(texts.map((error) => ({ error })));
  }
});

test.each(PATHS)("%s understands only text/json unless the contract says otherwise", async (path) => {
  await using strict = await openBench();
  await using lenient = await openBench({ contentType: "any" });
  const post = (simulator: typeof strict) => simulator.post(path, RIGHT[path], "application/json");
  expect(await (await post(strict)).json()).toEqual({ error: "Incorrect JSON document format" });
  expect((await post(lenient)).status).toBe(200);
});

test("what is no POST has no POST data", async () => {
  await using simulator = await openBench();
  const headers = { "content-type": "text/json" };
  const requests = [{ method: "GET" }, { method: "PUT", headers, body: JSON.stringify(requestTo()) }];
  for (const request of requests) {
    const response = await fetch(`${simulator.url}/json`, request);
    expect(await response.json()).toEqual({ error: "POST data is missing" });
  }
});

test.each([200, 400] as const)("an answer of nothing but errors comes with %i", async (errorStatus) => {
  await using simulator = await openBench({ errorStatus, unknownId: { as: "error", text: "none" } });
  const answers = [
    await simulator.post("/json", "{"),
    await simulator.post("/json", requestTo({ phone: 1 })),
    await simulator.post("/json/state.php", RIGHT["/json/state.php"]),
  ];
  expect(answers.map(({ status }) => status)).toEqual([errorStatus, errorStatus, errorStatus]);
});

test("the HTTP code of an error is not to be relied on, yet the same for the same seed", async () => {
  const run = async () => {
    await using simulator = await openBench({ errorStatus: "either" });
    const codes = [];
    for (let n = 0; n < 20; n++) codes.push((await simulator.post("/json", "{")).status);
    return codes;
  };
  const codes = await run();
  expect(new Set(codes)).toEqual(new Set([200, 400]));
  expect(await run()).toEqual(codes);
});

test("two simulators of one seed give the same ids and plans, of another seed others", async () => {
  const run = async (seed: number) => {
    await using simulator = await startWebcom({ seed, now: () => START, contentType: "any" });
    for (let n = 0; n < 3; n++)
      await fetch(`${simulator.url}/json`, { method: "POST", body: JSON.stringify(requestTo()) });
    return simulator.log.accepted;
  };
  expect(await run(1)).toEqual(await run(1));
  expect((await run(1)).map(({ id }) => id)).not.toEqual((await run(2)).map(({ id }) => id));
});

test.each([
  ["a documented refusal", refused("accountEmpty"), '{"information":[{"error":"Закончились SMS."}]}', 0],
  ["a refused request", requestRefused("locked", "ru"), '{"error":"Ваш аккаунт заблокирован"}', 0],
  ["an unknown text", undocumentedError("Odd"), '{"information":[{"error":"Odd"}]}', 0],
  ["a success without an id", successWithoutId, '{"information":[{"state":"send"}]}', 1],
  ["an answer about nothing", emptyInformation, '{"information":[]}', 1],
  ["wrong types", wrongTypesForSend, expect.stringContaining('"state":["send"]'), 1],
  ["already sent, without id", alreadySentWithoutId, expect.stringMatching(/уже было отправлено\."}\]}$/), 1],
])("%s can be had for a right request", async (_, fault, body, accepted) => {
  await using simulator = await openBench();
  simulator.setFault("send", fault, 1);
  expect(await (await simulator.post("/json", requestTo())).text()).toEqual(body);
  expect(simulator.log.accepted).toHaveLength(accepted);
});

test("each operation has its own faults, over HTTP as well", async () => {
  await using simulator = await openBench();
  simulator.setFault("status", wrongTypesForStatus);
  await simulator.post("/_sim/fault", { operation: "balance", fault: wrongTypesForBalance });
  expect(await simulator.send()).toMatchObject({ state: "send" });
  expect(await simulator.states([1])).toMatchObject([{ price: {} }]);
  expect(await simulator.ask("/json/balance.php", account)).toMatchObject({ currency: 643 });
});
