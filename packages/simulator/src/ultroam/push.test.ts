import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { BASIC } from "./caller.ts";
import { delivered, failed, neverReported, type Plan, undelivered } from "./plan.ts";
import type { PushTarget } from "./push.ts";
import { startUltroam } from "./server.ts";

/** The time of the document's push. */
const NIGHT = Date.UTC(2016, 6, 12, 1, 46, 2);

/** A box that pushes to a receiver of this answer, at a time that stands still until it is moved. */
async function open(target: Partial<PushTarget> = {}, { plan = delivered(1000), status = 200 } = {}) {
  const received: string[] = [];
  const receiver = createServer(async (request, response) => {
    received.push(await text(request));
    response.writeHead(status).end();
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  let time = NIGHT;
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/push`;
  const box = await startUltroam({
    seed: 1,
    now: () => time,
    auth: "basic",
    drainPerSecond: 1,
    plan: (): Plan => plan,
    push: { url, ...target },
  });
  return {
    ...box,
    target: url,
    received,
    send: (...numbers: string[]) =>
      fetch(`${box.url}/api/send_sms`, {
        method: "POST",
        headers: { authorization: BASIC, "content-type": "application/json" },
        body: JSON.stringify({
          text: "Hello",
          param: numbers.map((number, n) => ({ number, user_id: n + 1 })),
        }),
      }),
    pass: (ms: number) => {
      time += ms;
    },
    /** Every body the receiver has, once they are as many and each was answered. */
    async bodies(count: number) {
      await expect.poll(() => box.pushed.filter(({ answered }) => answered !== undefined).length).toBe(count);
      expect(received).toHaveLength(count);
      return received;
    },
    async [Symbol.asyncDispose]() {
      await box[Symbol.asyncDispose]();
      receiver.closeAllConnections();
      await once(receiver.close(), "close");
    },
  };
}

const about = { port: 0, number: "10086", imsi: "460004642148063", ref_id: 0 };
const common = { ...about, time: "2016-07-12 01:46:02", count: 1 };

test("a box pushes every result and every report, under the keys of the document", async () => {
  await using box = await open();
  await box.send("10086");
  box.pass(1000);
  expect((await box.bodies(3)).map((body) => JSON.parse(body)).sort(bySize)).toEqual([
    {
      sn: "xxxx-xxxx-xxxx-xxxx",
      sms_deliver_status: [{ ...about, time: "2016-07-12 01:46:03", status_code: 0 }],
    },
    { sn: "xxxx-xxxx-xxxx-xxxx", sms_result: [{ ...common, status: "SENT_OK", succ_count: 1 }] },
    { sn: "xxxx-xxxx-xxxx-xxxx", sms_result: [{ ...common, status: "DELIVERED", succ_count: 1 }] },
  ]);
  expect(box.pushed.map(({ id, at, answered }) => [id, at, answered])).toEqual(
    Array.from({ length: 3 }, () => ["1", NIGHT + 1000, 200]),
  );
});

/** Posts run beside one another, so they may arrive in any order. */
function bySize(a: object, b: object): number {
  return JSON.stringify(a).length - JSON.stringify(b).length;
}

test("nothing is pushed before its time", async () => {
  await using box = await open({}, { plan: neverReported(1000) });
  await box.send("1", "2");
  box.pass(1000);
  expect(await box.bodies(1)).toEqual([expect.stringContaining('"number":"1"')]);
  box.pass(1000);
  expect(await box.bodies(2)).toContainEqual(expect.stringContaining('"number":"2"'));
});

test("what was pushed is not pushed again when the message gets on", async () => {
  await using box = await open({ events: ["sms_result"] });
  await box.send("1");
  box.pass(500);
  await box.bodies(1);
  box.pass(500);
  expect(await box.bodies(2)).toEqual([
    expect.stringContaining("SENT_OK"),
    expect.stringContaining("DELIVERED"),
  ]);
});

test("misprints are those of the document's examples", async () => {
  await using box = await open({ misprinted: true }, { plan: undelivered(1000, 70) });
  await box.send("10086");
  box.pass(1000);
  const bodies = await box.bodies(3);
  expect(bodies.find((body) => body.includes("FAILED"))).toBe(
    '{"sn":"xxxx-xxxx-xxxx-xxxx","sms_result":[{"port":0,"number":" 10086","time":"2016-07-12\\n01:46:02",' +
      '"status":"FAILED","count":1,"succ_count":1,"ref_i d":0,"imsi":"460004642148063"}]}',
  );
  expect(bodies.find((body) => body.includes("deliver"))).toBe(
    '{"sn":"xxxx-xxxx-xxxx-xxxx","sms_deliver_status":[{"port":0,"number":"10086","time":"2016-07-1201:46:03",' +
      '"ref_id":0,"status_code":70,"imsi":"460004642148063 "}]}',
  );
});

test("a report and its result can come as two values of one body", async () => {
  await using box = await open({ successive: true });
  await box.send("10086");
  box.pass(1000);
  const joined = (await box.bodies(2)).find((body) => body.includes("\n"));
  expect(joined?.split("\n").map((value) => Object.keys(JSON.parse(value))[1])).toEqual([
    "sms_deliver_status",
    "sms_result",
  ]);
});

test.each([
  ["sent", '"user_id":1'],
  ["null", '"user_id":null'],
] as const)("the user_id of a pushed result can be there: %s", async (userId, shown) => {
  await using box = await open({ userId, events: ["sms_result"] }, { plan: failed(0) });
  await box.send("10086");
  expect(await box.bodies(1)).toEqual([expect.stringContaining(shown)]);
});

test("events that are switched off are not pushed", async () => {
  await using box = await open({ events: ["sms_deliver_status"] });
  await box.send("10086");
  box.pass(1000);
  expect(await box.bodies(1)).toEqual([expect.stringContaining("sms_deliver_status")]);
});

test("events can be lost and repeated, message by message", async () => {
  await using box = await open({ times: ({ number }) => (number === "1" ? 0 : 2) }, { plan: failed(0) });
  await box.send("1", "2");
  box.pass(1000);
  const [first, second] = await box.bodies(2);
  expect(first).toContain('"number":"2"');
  expect(second).toBe(first);
});

test("what a receiver refuses is not pushed again", async () => {
  await using box = await open({}, { plan: failed(0), status: 500 });
  await box.send("1");
  await box.bodies(1);
  await box.send("2");
  box.pass(1000);
  expect((await box.bodies(2)).filter((body) => body.includes('"number":"1"'))).toHaveLength(1);
});

test("what a reboot makes the box forget is not pushed", async () => {
  await using box = await open({}, { plan: failed(1000) });
  await box.send("1", "2");
  box.reboot("kept");
  box.pass(2000);
  expect(await box.bodies(1)).toEqual([expect.stringContaining('"number":"2"')]);
});

test("events go to the target that was set when a message was taken, and nowhere without one", async () => {
  await using box = await open({}, { plan: failed(0) });
  await box.send("1");
  await box.bodies(1);
  box.setPush(undefined);
  await box.send("2");
  box.pass(1000);
  box.setPush({ url: box.target });
  await box.send("3");
  box.pass(1000);
  await box.bodies(2);
  expect(box.pushed.map(({ id }) => id)).toEqual(["1", "3"]);
});
