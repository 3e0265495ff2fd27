import { expect, test } from "vitest";
import { BASIC } from "./caller.ts";
import { found, open, PORTS, QUEUE, recipient, SN } from "./open-box.ts";

test("without a port in the network a send gets 550 and nothing is taken", async () => {
  await using box = await open({ ports: 2 });
  box.setRegistration(0, "NO_SIM");
  expect(await box.send({ port: [0, 5] })).toMatchObject({ error_code: 550 });
  expect(box.log.accepted).toEqual([]);
  expect(await box.send()).toMatchObject({ error_code: 202 });
  expect(box.log.accepted).toMatchObject([{ port: 1 }]);
  box.setRegistration(0, "REGISTER_OK");
  expect(await box.send({ port: [0] })).toMatchObject({ error_code: 202 });
});

test.each([500, 550] as const)(
  "a full queue refuses a whole request with the chosen %i",
  async (queueFull) => {
    await using box = await open({ drainPerSecond: 1, queueCapacity: 2, queueFull });
    expect(await box.send({ param: [1, 2, 3].map((id) => recipient(id)) })).toMatchObject({
      error_code: queueFull,
    });
    expect(box.log.accepted).toEqual([]);
    expect(await box.send({ param: [recipient(1), recipient(2)] })).toMatchObject({ error_code: 202 });
  },
);

test("the queue drains at its rate, and a message's time begins when it leaves", async () => {
  await using box = await open({ drainPerSecond: 1 });
  expect(await box.send({ param: [1, 2, 3].map((id) => recipient(id)) })).toMatchObject({ sms_in_queue: 3 });
  expect(await box.get(QUEUE)).toEqual({ error_code: 200, sn: SN, in_queue: 2 });
  box.pass(1000);
  expect(await box.get(QUEUE)).toMatchObject({ in_queue: 1 });
  expect(await found(box.result(), "status")).toEqual(["DELIVERED", "SENDING"]);
  expect(await found(box.result(), "time")).toEqual(["2014-12-21 12:06:01", "2014-12-21 12:06:02"]);
});

test.each([
  ["hidden", []],
  ["visible", ["SENDING"]],
] as const)("records of what waits are %s where the box is so", async (queuedRecords, statuses) => {
  await using box = await open({ drainPerSecond: 0, queuedRecords });
  await box.send();
  expect(await found(box.result({ user_id: [1] }), "status")).toEqual(statuses);
  box.setDrain(Number.POSITIVE_INFINITY);
  expect(await found(box.result({ user_id: [1] }), "status")).toEqual(["SENDING"]);
});

test("a reboot forgets records and loses what waits, and the truth knows of both", async () => {
  await using box = await open({ drainPerSecond: 1 });
  await box.send({ param: [recipient(1), recipient(2)] });
  box.reboot();
  box.pass(60_000);
  expect(await box.result()).toEqual({ error_code: 200, sn: SN, result: [] });
  expect(await box.get(QUEUE)).toMatchObject({ in_queue: 0 });
  expect(box.log.accepted.map(({ userId, finalStatus, lost }) => [userId, finalStatus, lost])).toEqual([
    [1, "DELIVERED", undefined],
    [2, "SENDING", true],
  ]);
});

test("a reboot that keeps the queue forgets only what has left it", async () => {
  await using box = await open({ drainPerSecond: 1 });
  await box.send({ param: [recipient(1), recipient(2)] });
  box.reboot("kept");
  box.pass(2000);
  expect(await found(box.result(), "user_id")).toEqual([2]);
});

test("get_port_info tells what is asked of the ports that are asked for", async () => {
  await using box = await open({ ports: 3 });
  box.setRegistration(2, "SEARCHING_NETWORK");
  expect(await box.get(`${PORTS}?info_type=reg,signal&port=0,2`)).toEqual({
    error_code: 200,
    sn: SN,
    info: [
      { port: 0, reg: "REGISTER_OK", signal: 24 },
      { port: 2, reg: "SEARCHING_NETWORK", signal: 0 },
    ],
  });
  expect(await box.get(`${PORTS}?info_type=imsi`)).toMatchObject({ info: [{}, {}, {}] });
});

test.each([
  ["query_sms_in_queue", [200, 404]],
  ["query_sms_queue", [404, 200]],
  ["none", [404, 404]],
] as const)("firmware with %s has no other queue call", async (queueCall, statuses) => {
  await using box = await open({ queueCall });
  const headers = { authorization: BASIC };
  const calls = [QUEUE, "/api/query_sms_queue"].map((path) => fetch(box.url + path, { headers }));
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(statuses);
});
