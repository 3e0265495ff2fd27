import { expect, test } from "vitest";
import { BASIC } from "./caller.ts";
import { found, NOON, open, PORTS, REPORTS, RESULT, recipient, SEND, SN } from "./open-box.ts";
import { delivered, failed, undelivered } from "./plan.ts";

test("a send is taken whole with the number of its task and what waits", async () => {
  await using box = await open();
  expect(await box.send({ param: [recipient(1), recipient(2)] })).toEqual({
    error_code: 202,
    sn: SN,
    sms_in_queue: 2,
    task_id: 1,
  });
  expect(await box.send()).toMatchObject({ sms_in_queue: 1, task_id: 2 });
});

test("the truth tells for every recipient what was taken and what becomes of it", async () => {
  await using box = await open({ ports: 1 });
  await box.send({
    text: "Code #param#",
    param: [{ ...recipient(7), text_param: ["123"] }, { number: "10086" }],
  });
  const common = { taskId: 1, at: NOON, encoding: "unicode", requestsReport: true, port: 0, count: 1 };
  const fate = { plan: delivered(1000), finalStatus: "DELIVERED" };
  expect(box.log.accepted).toEqual([
    { id: "1", userId: 7, number: "12351", text: "Code 123", refId: 0, ...common, ...fate },
    { id: "2", number: "10086", text: "Code #param#", refId: 1, ...common, ...fate },
  ]);
  expect(box.log.requests).toEqual([expect.objectContaining({ operation: "send", acceptedIds: ["1", "2"] })]);
});

test("a user_id that was sent before is another message", async () => {
  await using box = await open();
  await box.send();
  await box.send();
  expect(box.log.accepted).toHaveLength(2);
  expect(await found(box.result({ user_id: [1, 1] }), "user_id")).toEqual([1, 1]);
});

test("a record has the fields of the document's example", async () => {
  await using box = await open();
  await box.send({ text: "a".repeat(161) });
  box.pass(500);
  expect(await box.result({ user_id: [1] })).toEqual({
    error_code: 200,
    sn: SN,
    result: [
      {
        port: 0,
        user_id: 1,
        number: "12351",
        time: "2014-12-21 12:06:01",
        status: "SENT_OK",
        count: 3,
        succ_count: 3,
        ref_id: 0,
        imsi: "460004642148063",
      },
    ],
  });
});

test("a message goes from word to word at its time", async () => {
  await using box = await open();
  await box.send();
  const seen = [];
  for (const ms of [0, 499, 1, 499, 1]) {
    box.pass(ms);
    seen.push(...(await found(box.result(), "status")));
  }
  expect(seen).toEqual(["SENDING", "SENDING", "SENT_OK", "SENT_OK", "DELIVERED"]);
});

test("records are found by reference, number, port and time, or all of them", async () => {
  await using box = await open({ ports: 2 });
  await box.send({ param: [recipient(1, "10"), recipient(2, "20")] });
  box.pass(5000);
  await box.send({ param: [recipient(3, "10")] });
  const ids = (query: object) => found(box.result(query), "user_id");
  expect(await ids({})).toEqual([1, 2, 3]);
  expect(await ids({ user_id: [3, 1, 9] })).toEqual([3, 1]);
  expect(await ids({ number: ["10"] })).toEqual([1, 3]);
  expect(await ids({ port: [1] })).toEqual([2]);
  expect(await ids({ time_after: "2014-12-21 12:06:01" })).toEqual([3]);
  expect(await ids({ user_id: [1, 3], time_before: "2014-12-21 12:06:02" })).toEqual([1]);
});

test("reports tell number, reference and code of every segment, and know no user_id", async () => {
  await using box = await open({ plan: () => undelivered(1000, 70) });
  await box.send({ text: "a".repeat(71), param: [recipient(1)] });
  expect(await box.reports()).toEqual({ error_code: 200, sn: SN, result: [] });
  box.pass(1000);
  const common = {
    port: 0,
    number: "12351",
    time: "2014-12-21 12:06:02",
    status_code: 70,
    imsi: "460004642148063",
  };
  expect((await box.reports({ user_id: [9] }))["result"]).toEqual([
    { ...common, ref_id: 0 },
    { ...common, ref_id: 1 },
  ]);
  expect(await found(box.reports({ number: ["1"] }), "ref_id")).toEqual([]);
});

test("a message sent without request_status_report never gets beyond SENT_OK", async () => {
  await using box = await open();
  await box.send({ request_status_report: false });
  box.pass(10_000);
  expect(await found(box.result(), "status")).toEqual(["SENT_OK"]);
  expect(await found(box.reports(), "status_code")).toEqual([]);
});

test.each([
  [400, { param: [] }],
  [413, { text: "a".repeat(1501) }],
])("error_code %i comes with HTTP 200 and nothing is taken", async (code, change) => {
  await using box = await open();
  const response = await box.post(SEND, { text: "Hello", param: [recipient(1)], ...change });
  expect([response.status, await response.json()]).toEqual([200, { error_code: code, sn: SN }]);
  expect(box.log.accepted).toEqual([]);
});

test.each([SEND, RESULT, REPORTS])("%s refuses what is no JSON object with 400", async (path) => {
  await using box = await open();
  for (const body of ["", "[]", "{"])
    expect(await (await box.post(path, body)).json()).toMatchObject({ error_code: 400 });
  const form = await box.post(path, "{}", { "content-type": "application/x-www-form-urlencoded" });
  expect(await form.json()).toMatchObject({ error_code: 400 });
});

test("a query for 33 numbers gets 413", async () => {
  await using box = await open();
  const number = Array.from({ length: 33 }, (_, n) => String(n));
  expect(await box.result({ number })).toEqual({ error_code: 413, sn: SN });
});

test.each([
  [SEND, "GET"],
  [PORTS, "POST"],
])("%s is not there for %s", async (path, method) => {
  await using box = await open();
  expect((await fetch(box.url + path, { method, headers: { authorization: BASIC } })).status).toBe(405);
});

test("box times follow the zone of the box and the error of its clock", async () => {
  await using box = await open({ timeZone: "Asia/Ho_Chi_Minh", clockErrorMs: 60_000 });
  await box.send();
  expect(await found(box.result({ time_after: "2014-12-21 19:07:00" }), "time")).toEqual([
    "2014-12-21 19:07:01",
  ]);
});

test("the quirks of answers and records are those chosen", async () => {
  await using box = await open({
    quirks: {
      acceptedCode: 200,
      userIdText: true,
      noUserId: "null",
      misprinted: true,
      nothingFound: "no result",
    },
  });
  expect(await box.result()).toEqual({ error_code: 200, sn: SN });
  expect((await box.send())["error_code"]).toBe(200);
  await box.send({ param: [{ number: "10086" }] });
  expect((await box.result())["result"]).toMatchObject([
    { user_id: "1", time: "2014-12-21\n12:06:01", Imsi: "460004642148063" },
    { user_id: null },
  ]);
});

test("the HTTP status is the error_code where the box does so", async () => {
  await using box = await open({ quirks: { httpStatus: "error_code" } });
  expect((await box.post(SEND, { text: "Hello", param: [recipient(1)] })).status).toBe(202);
  expect((await box.post(SEND, {})).status).toBe(400);
});

test("plans come from seed, order and content alone", async () => {
  const plans = async (seed: number) => {
    await using box = await open({ seed, plan: (_, random) => failed(Math.floor(random() * 1e6)) });
    await box.send({ param: [recipient(1), recipient(2)] });
    return box.log.accepted.map(({ plan }) => plan);
  };
  expect(await plans(1)).toEqual(await plans(1));
  expect(await plans(1)).not.toEqual(await plans(2));
});
