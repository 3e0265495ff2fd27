import { expect, test } from "vitest";
import { delivered, held } from "./plan.ts";
import { account, openBench, requestTo } from "./test-bench.ts";

const HELD =
  "Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению.";
const ALREADY_SENT = "Данное сообщение уже было отправлено.";

test("a client id that was sent is not sent again and gives the earlier number, whatever comes with it", async () => {
  await using simulator = await openBench();
  const first = await simulator.send({ client_id_sms: 7 });
  const again = await simulator.send({ client_id_sms: 7, phone: 79000000002 }, { text: "Other" });
  expect(again).toEqual(first);
  expect(simulator.log.accepted).toHaveLength(1);
  expect(simulator.log.requests.map(({ acceptedIds }) => acceptedIds.length)).toEqual([1, 0]);
});

test.each([
  ["text", { error: ALREADY_SENT }],
  ["text and id", { error: ALREADY_SENT, id_sms: expect.any(Number) }],
] as const)(
  "a client id that was sent is answered with %s when the contract says so",
  async (form, answer) => {
    await using simulator = await openBench({ alreadySent: form });
    await simulator.send({ client_id_sms: 7 });
    expect(await simulator.send({ client_id_sms: 7 })).toEqual(answer);
    expect(simulator.log.accepted).toHaveLength(1);
  },
);

test("messages without a client id are all sent", async () => {
  await using simulator = await openBench();
  const ids = [(await simulator.send()).id_sms, (await simulator.send()).id_sms];
  expect(new Set(ids).size).toBe(2);
});

test("a client id is forgotten after its time, and then sends again", async () => {
  await using simulator = await openBench({ dedupeMs: 1000 });
  await simulator.send({ client_id_sms: 7 });
  simulator.pass(999);
  await simulator.send({ client_id_sms: 7 });
  expect(simulator.log.accepted).toHaveLength(1);
  simulator.pass(1);
  await simulator.send({ client_id_sms: 7 });
  expect(simulator.log.accepted).toHaveLength(2);
});

test("a refused message leaves its client id unused", async () => {
  await using simulator = await openBench();
  await simulator.send({ client_id_sms: 7 }, { sender: "" });
  await simulator.send({ client_id_sms: 7 });
  expect(simulator.log.accepted).toHaveLength(1);
});

test("an identical request is turned down for the guard's time after the one that was taken", async () => {
  await using simulator = await openBench({ repeatGuardMs: 60_000 });
  const repeated = { error: "Попытка отправки более одного одинакового запроса в течение минуты" };
  await simulator.send();
  simulator.pass(59_999);
  expect(await simulator.ask("/json", requestTo())).toEqual(repeated);
  expect(await simulator.send({ phone: 79000000002 })).toMatchObject({ state: "send" });
  simulator.pass(1);
  expect(await simulator.send()).toMatchObject({ state: "send" });
});

test("a number put on the stop list is refused from then on", async () => {
  await using simulator = await openBench({ stopList: ["79000000002"] });
  simulator.stop("79000000001");
  const answers = [await simulator.send(), await simulator.send({ phone: 79000000002 })];
  const error = "Номер телефона присутствует в стоп-листе.";
  expect(answers).toEqual([{ error }, { error }]);
  expect(simulator.log.accepted).toEqual([]);
});

test("what the money does not suffice for is accepted under an error without a number, and waits", async () => {
  await using simulator = await openBench({ money: 10.5 });
  expect(await simulator.send()).toEqual({ error: HELD });
  simulator.pass(60_000);
  const [message] = simulator.log.accepted;
  expect(message).toMatchObject({ held: true, finalStatus: "expired" });
  expect(simulator.log.requests[0]?.acceptedIds).toEqual([message?.id]);
  expect(await simulator.states([message?.id])).toMatchObject([{ state: "send", time_change_state: "" }]);
});

test("a held message goes out at the top-up, oldest first, as far as the money reaches", async () => {
  await using simulator = await openBench({ money: 0 });
  for (let n = 0; n < 3; n++) await simulator.send();
  simulator.pass(60_000);
  simulator.topUp(21.2);
  const ids = simulator.log.accepted.map(({ id }) => id);
  expect(await simulator.states(ids)).toMatchObject([
    { state: "send" },
    { state: "send" },
    { state: "send" },
  ]);
  simulator.pass(1000);
  expect(await simulator.states(ids)).toMatchObject([
    { state: "deliver" },
    { state: "deliver" },
    { state: "send" },
  ]);
});

test("a held message is found by its client id", async () => {
  await using simulator = await openBench({ plan: () => held(delivered(1000)) });
  expect(await simulator.send({ client_id_sms: 7 })).toEqual({ error: HELD });
  const [message] = simulator.log.accepted;
  expect(await simulator.send({ client_id_sms: 7 })).toEqual({ state: "send", id_sms: Number(message?.id) });
});

test("a top-up after the validity of a held message comes too late and costs nothing", async () => {
  await using simulator = await openBench({ money: 0, lifetimeMs: 1000 });
  await simulator.send();
  simulator.pass(1000);
  simulator.topUp(10.6);
  expect(simulator.log.accepted[0]?.finalStatus).toBe("expired");
  expect(await simulator.ask("/json/balance.php", account)).toMatchObject({ money: "10.6" });
});

test("an empty account refuses when the contract says so", async () => {
  await using simulator = await openBench({ money: 10.6, whenEmpty: "refuse" });
  await simulator.send();
  expect(await simulator.send()).toEqual({ error: "Закончились SMS." });
  expect(simulator.log.accepted).toHaveLength(1);
});
