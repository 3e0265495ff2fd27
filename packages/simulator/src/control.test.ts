import { expect, test } from "vitest";
import { textAnswer } from "./answer.ts";
import { serve } from "./server.ts";

const start = () =>
  serve(
    {
      accepted: [{ id: "a", at: 1, finalStatus: "SUCCESS" }],
      operation: (path) => (path === "/send" ? "send" : undefined),
      work: () => ({ answer: textAnswer(200, "yes") }),
    },
    { now: () => 5 },
  );

const post = (url: string, body: unknown) => fetch(url, { method: "POST", body: JSON.stringify(body) });

test("the log can be read over HTTP", async () => {
  await using simulator = await start();
  await post(`${simulator.url}/send`, { to: "1" });
  expect(await (await fetch(`${simulator.url}/_sim/log`)).json()).toEqual(simulator.log);
});

test("the summary can be read over HTTP", async () => {
  await using simulator = await start();
  await post(`${simulator.url}/send`, {});
  expect(await (await fetch(`${simulator.url}/_sim/summary`)).json()).toEqual({
    accepted: 1,
    requests: { send: 1, status: 0 },
    mostInASecond: { send: 1, status: 0 },
    finals: { SUCCESS: 1 },
  });
});

test("a fault set over HTTP meets requests until null takes it back", async () => {
  await using simulator = await start();
  const fault = { kind: "answer", accepted: false, answer: textAnswer(503, "") };
  await post(`${simulator.url}/_sim/fault`, { operation: "send", fault });
  expect((await post(`${simulator.url}/send`, {})).status).toBe(503);
  await post(`${simulator.url}/_sim/fault`, { operation: "send", fault: null });
  expect((await post(`${simulator.url}/send`, {})).status).toBe(200);
});

test.each([
  ["no operation", { fault: null }],
  ["no fault", { operation: "send" }],
  ["an unknown kind", { operation: "send", fault: { kind: "toString" } }],
  ["no word about acceptance", { operation: "send", fault: { kind: "reset" } }],
  [
    "an answer without a body",
    { operation: "send", fault: { kind: "answer", accepted: true, answer: { status: 200 } } },
  ],
  ["times that are no number", { operation: "send", fault: null, times: "2" }],
  ["a misspelt field", { operation: "send", fault: { kind: "slow", delay: 5 } }],
  ["nothing at all", "{"],
])("a wish with %s is refused", async (_, wish) => {
  await using simulator = await start();
  expect((await post(`${simulator.url}/_sim/fault`, wish)).status).toBe(400);
});

test("a fault that has a name is set by it, and a name that none has is told", async () => {
  await using simulator = await start();
  const wish = { operation: "send", fault: "503-before", times: 1 };
  await post(`${simulator.url}/_sim/fault`, wish);
  expect((await post(`${simulator.url}/send`, {})).status).toBe(503);
  const refusal = await post(`${simulator.url}/_sim/fault`, { ...wish, fault: "no-such" });
  expect(refusal.status).toBe(400);
  expect(await refusal.text()).toContain("there is no fault no-such");
});

test("what runs tells what can be looked at and changed, and in which form", async () => {
  await using simulator = await start();
  expect(await (await fetch(`${simulator.url}/_sim`)).json()).toMatchObject({
    get: ["/_sim/log", "/_sim/summary"],
    post: { "/_sim/fault": { body: { properties: { operation: { enum: ["send", "status", "balance"] } } } } },
  });
});

test("control requests are no part of the truth", async () => {
  await using simulator = await start();
  await fetch(`${simulator.url}/_sim/summary`);
  expect((await fetch(`${simulator.url}/_sim/other`)).status).toBe(404);
  expect(simulator.log.requests).toEqual([]);
});
