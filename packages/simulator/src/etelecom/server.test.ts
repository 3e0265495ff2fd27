import { expect, test } from "vitest";
import {
  refused,
  successWithoutId,
  unauthorized,
  undocumentedCode,
  wrongTypesForSend,
  wrongTypesForStatus,
} from "./faults.ts";
import { delivered, failed } from "./plan.ts";
import { type EtelecomOptions, startEtelecom } from "./server.ts";

const SEND = "/api/OmniMessage/SendMessage";
const STATUS = "/api/OmniReport/GetStatusOmni";
/** 21/05/2021 14:43:22 in Vietnam, the time of the status document's example. */
const NOON = Date.UTC(2021, 4, 21, 7, 43, 22);
const account = { username: "hermod", password: "secret" };
const message = {
  phonenumber: "84836106872",
  routerule: ["3"],
  templatecode: "OTP",
  list_param: { otp: "123456" },
};

/** A simulator at a time that stands still until it is moved, and short ways to call it. */
async function open(options: Partial<EtelecomOptions> = {}) {
  let time = NOON;
  const simulator = await startEtelecom({
    seed: 1,
    now: () => time,
    plan: () => delivered(1000),
    ...options,
  });
  const post = (
    path: string,
    body: object,
    headers: Record<string, string> = { "content-type": "application/json" },
  ) =>
    fetch(simulator.url + path, { method: "POST", body: JSON.stringify({ ...account, ...body }), headers });
  const send = async (change: object = {}) => {
    const response = await post(SEND, { ...message, ...change });
    return (await response.json()) as Record<string, unknown>;
  };
  const status = async (idOmniMess: unknown) => {
    const response = await post(STATUS, { idOmniMess });
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    ...simulator,
    post,
    send,
    status,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test("an accepted message gets a success with an id of 30 characters", async () => {
  await using simulator = await open();
  const answer = await simulator.send();
  expect(answer).toEqual({
    status: "1",
    code: "Success",
    idOmniMess: expect.stringMatching(/^ICOMNI-[0-9A-Z]{23}$/),
  });
});

test("the truth tells what was accepted, what becomes of it and when", async () => {
  await using simulator = await open({ plan: () => failed(2000, "23") });
  const { idOmniMess } = await simulator.send();
  expect(simulator.log.accepted).toEqual([
    {
      id: idOmniMess,
      phoneNumber: "84836106872",
      templateCode: "OTP",
      params: { otp: "123456" },
      routeRule: ["3"],
      at: NOON,
      plan: failed(2000, "23"),
      finalStatus: "FAIL",
      finalAt: NOON + 2000,
    },
  ]);
  expect(simulator.log.requests).toEqual([expect.objectContaining({ acceptedIds: [idOmniMess] })]);
});

test("the same request twice is two messages", async () => {
  await using simulator = await open();
  const [first, second] = [await simulator.send(), await simulator.send()];
  expect(first["idOmniMess"]).not.toBe(second["idOmniMess"]);
  expect(simulator.log.accepted).toHaveLength(2);
});

test.each([
  ["-1", "PhoneNumber Wrong Format", { phonenumber: "0836106872" }],
  ["-2", "Wrong Format Parameter: otp", { list_param: {} }],
  ["-6", "Can't find template with templatecode: NONE", { templatecode: "NONE" }],
  ["-8", "Can't find any routing for this request", { routerule: [] }],
  ["-9", "Can't find any information about channel: 9", { routerule: ["9"] }],
])("code %s comes with its documented text and accepts nothing", async (status, code, change) => {
  await using simulator = await open();
  expect(await simulator.send(change)).toEqual({ status, code });
  expect(simulator.log.accepted).toEqual([]);
  expect(simulator.log.requests).toEqual([
    expect.objectContaining({ body: { ...account, ...message, ...change } }),
  ]);
});

test("messages run out at the quota and go on when it is raised", async () => {
  await using simulator = await open({ quota: 1 });
  const codes = [(await simulator.send())["status"]];
  const out = await simulator.send();
  simulator.setQuota(1);
  codes.push((await simulator.send())["status"]);
  expect(codes).toEqual(["1", "1"]);
  expect(out).toEqual({ status: "-3", code: "You have run out of messages" });
});

test.each([SEND, STATUS])("%s refuses wrong credentials with 401 and the documented word", async (path) => {
  await using simulator = await open();
  for (const change of [{ password: "wrong" }, { username: "wrong" }, { username: undefined }]) {
    const response = await simulator.post(path, { ...message, ...change });
    expect([response.status, await response.text()]).toEqual([401, "Unauthorized"]);
  }
  expect(simulator.log.accepted).toEqual([]);
});

test.each([SEND, STATUS])("%s refuses an address that is not on its list", async (path) => {
  await using simulator = await open({ allowedAddresses: ["10.0.0.1"] });
  const response = await simulator.post(path, message);
  expect([response.status, await response.text()]).toEqual([401, "Can't access from this IP"]);
});

test("a send without the JSON header is not understood, a status request is", async () => {
  await using simulator = await open();
  const { idOmniMess } = await simulator.send();
  expect((await simulator.post(SEND, message, { "content-type": "text/plain" })).status).toBe(415);
  expect((await simulator.post(STATUS, { idOmniMess }, { "content-type": "text/plain" })).status).toBe(200);
});

test("a GET is not allowed", async () => {
  await using simulator = await open();
  expect((await fetch(simulator.url + SEND)).status).toBe(405);
});

test("a status has the documented fields, with the time of Vietnam", async () => {
  await using simulator = await open({ plan: () => ({ ...delivered(1000), mtCount: 2, telcoId: 1 }) });
  const { idOmniMess } = await simulator.send();
  expect((await simulator.status(idOmniMess))["status"]).toBe("PROCESSING");
  simulator.pass(1000);
  expect(await simulator.status(idOmniMess)).toEqual({
    phonenumber: "84836106872",
    list_param: '{"otp":"123456"}',
    createdatetime: "21/05/2021 14:43:22",
    status: "SUCCESS",
    channel: "brandnamesms",
    templatecode: "OTP",
    errorCode: "",
    mtcount: "2",
    telcoid: "1",
  });
});

test("an unknown id gets a 200 with an empty status", async () => {
  await using simulator = await open();
  expect(await simulator.status("ICOMNI-NONE")).toMatchObject({ status: "", phonenumber: "" });
});

test("an unknown id gets another answer when the contract says so", async () => {
  await using simulator = await open({ unknownId: { status: 404, body: '{"code":"none"}' } });
  const response = await simulator.post(STATUS, { idOmniMess: "ICOMNI-NONE" });
  expect([response.status, await response.text()]).toEqual([404, '{"code":"none"}']);
});

test("quirks hold for both operations", async () => {
  await using simulator = await open({ quirks: { spacedKey: true, numbers: true, listParam: "object" } });
  const { status, " idOmniMess ": id } = await simulator.send();
  expect(status).toBe(1);
  expect(await simulator.status(id)).toMatchObject({ mtcount: 1, list_param: { otp: "123456" } });
});

test("a refusal has the quirks too", async () => {
  await using simulator = await open({ quirks: { numbers: true } });
  expect((await simulator.send({ phonenumber: "1" }))["status"]).toBe(-1);
});

test("two simulators of one seed give the same ids and plans, of another seed others", async () => {
  const run = async (seed: number) => {
    await using simulator = await startEtelecom({ seed, now: () => NOON });
    for (let n = 0; n < 3; n++) {
      const body = JSON.stringify({ ...account, ...message });
      await fetch(simulator.url + SEND, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
    }
    return simulator.log.accepted;
  };
  expect(await run(1)).toEqual(await run(1));
  expect((await run(1)).map(({ id }) => id)).not.toEqual((await run(2)).map(({ id }) => id));
});

test.each([
  ["a documented refusal", refused("-3"), 200, '{"status":"-3","code":"You have run out of messages"}', 0],
  ["an undocumented code", undocumentedCode("-5", "Odd"), 200, '{"status":"-5","code":"Odd"}', 0],
  ["a 401", unauthorized, 401, "Unauthorized", 0],
  ["wrong types", wrongTypesForSend, 200, expect.stringContaining('"status":["1"]'), 1],
  ["a success without an id", successWithoutId, 200, '{"status":"1","code":"Success"}', 1],
])("%s can be had for a right request", async (_, fault, status, body, accepted) => {
  await using simulator = await open();
  simulator.setFault("send", fault, 1);
  const response = await simulator.post(SEND, message);
  expect([response.status, await response.text()]).toEqual([status, body]);
  expect(simulator.log.accepted).toHaveLength(accepted);
});

test("a fault of status requests leaves sends alone", async () => {
  await using simulator = await open({
    fault: ({ operation }) => (operation === "status" ? wrongTypesForStatus : undefined),
  });
  const { status, idOmniMess } = await simulator.send();
  expect(status).toBe("1");
  expect((await simulator.status(idOmniMess))["status"]).toEqual({ word: "SUCCESS" });
});
