import { expect, test } from "vitest";
import { partlyDelivered } from "./plan.ts";
import { account, openBench } from "./test-bench.ts";

test("a state has the documented fields, with the time of the account's zone", async () => {
  await using simulator = await openBench({ timeZone: "Asia/Novosibirsk" });
  const { id_sms } = await simulator.send();
  simulator.pass(60_000);
  expect(await simulator.states([id_sms])).toEqual([
    { id_sms, time_change_state: "2021-04-26 19:15:04", state: "deliver" },
  ]);
});

test("a state that is not known yet has an empty time", async () => {
  await using simulator = await openBench();
  const { id_sms } = await simulator.send();
  expect(await simulator.states([id_sms])).toEqual([{ id_sms, time_change_state: "", state: "send" }]);
});

test("with detail a state has the parts and the price of one part, with seven decimals", async () => {
  await using simulator = await openBench({ plan: () => ({ ...partlyDelivered(0), parts: 2 }) });
  const { id_sms } = await simulator.send();
  const response = await simulator.post("/json/state.php", [{ ...account, id_sms, detail: 1 }]);
  expect(await response.text()).toBe(
    `[{"id_sms":${id_sms},"time_change_state":"2021-04-26 15:15:03","state":"partly_deliver","num_parts":2,"price":10.6000000}]`,
  );
});

test("an id may be asked for as text", async () => {
  await using simulator = await openBench();
  const { id_sms } = await simulator.send();
  expect(await simulator.states([String(id_sms)])).toMatchObject([{ id_sms }]);
});

test("several ids are answered in the order of the request", async () => {
  await using simulator = await openBench();
  const ids = [(await simulator.send()).id_sms, (await simulator.send()).id_sms];
  expect(await simulator.states(ids.toReversed())).toMatchObject([{ id_sms: ids[1] }, { id_sms: ids[0] }]);
});

test("ids beyond the most of a request go unanswered", async () => {
  await using simulator = await openBench({ statesPerRequest: 1 });
  const ids = [(await simulator.send()).id_sms, (await simulator.send()).id_sms];
  expect(await simulator.states(ids)).toMatchObject([{ id_sms: ids[0] }]);
});

test.each([
  ["nothing", []],
  ["no id", [{ ...account, detail: 0 }]],
  ["an id of letters", [{ ...account, id_sms: "x", detail: 0 }]],
  ["no detail", [{ ...account, id_sms: 1 }]],
  ["another detail", [{ ...account, id_sms: 1, detail: 2 }]],
])("a state request with %s is not understood", async (_, body) => {
  await using simulator = await openBench();
  expect(await simulator.ask("/json/state.php", body)).toEqual({ error: "Incorrect JSON document format" });
});

test("a state request is an array, or a plain object when the contract says so", async () => {
  const query = { ...account, id_sms: 1, detail: 0 };
  await using array = await openBench();
  await using plain = await openBench({ stateEnvelope: "object" });
  const error = "Incorrect JSON document format";
  expect(await array.ask("/json/state.php", query)).toEqual({ error });
  expect(await plain.ask("/json/state.php", query)).toMatchObject([{ id_sms: 1 }]);
});

test.each([
  ["state", [{ id_sms: 1, time_change_state: "", state: "none" }]],
  ["omission", []],
  ["error", { error: "none" }],
] as const)("an id nobody knows is answered by %s", async (as, answer) => {
  await using simulator = await openBench({ unknownId: { as, text: "none" } });
  expect(await simulator.states([1])).toEqual(answer);
});

test("quirks of states hold", async () => {
  await using simulator = await openBench({ quirks: { texts: true, reversed: true } });
  const ids = [(await simulator.send()).id_sms, (await simulator.send()).id_sms];
  expect(await simulator.states(ids, 1)).toMatchObject([
    { id_sms: String(ids[1]), num_parts: "1", price: "10.6000000" },
    { id_sms: String(ids[0]) },
  ]);
});

test("the balance is the money as text, and counts that must not be added up", async () => {
  await using simulator = await openBench({ money: 19_034.5, areas: { Tele2: 10.6, MTS: "unlimited" } });
  await simulator.send();
  expect(await simulator.ask("/json/balance.php", account)).toEqual({
    money: "19023.9",
    currency: "RUR",
    information: [
      { type_sms: "sms", area: "Tele2", num_sms: "1794" },
      { type_sms: "sms", area: "MTS", num_sms: "Unlim" },
    ],
  });
});

test("quirks of a balance hold, and its words are in the account's language", async () => {
  await using simulator = await openBench({
    money: 100,
    areas: { MTS: "unlimited" },
    language: "ru",
    quirks: { smsKey: true, numericMoney: true },
  });
  const information = [{ type_sms: "sms", area: "MTS", sms: "Безлимит" }];
  expect(await simulator.ask("/json/balance.php", account)).toMatchObject({ money: 100, information });
});
