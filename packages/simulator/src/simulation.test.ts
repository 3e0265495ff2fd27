import { expect, test } from "vitest";
import type { GroundTruth } from "./ground-truth.ts";
import { SIMULATED_PROVIDERS, simulations } from "./registry.ts";

const post = (url: string, body?: unknown) =>
  fetch(url, { method: "POST", ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

async function read<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

/** A message to eTelecom as its send document says. */
const MESSAGE = {
  username: "hermod",
  password: "secret",
  phonenumber: "84836106872",
  routerule: ["3"],
  templatecode: "OTP",
  list_param: { otp: "123456" },
};

async function open(options: object = {}) {
  const running = await simulations.etelecom.start({ seed: 1, ...options });
  const send = (message: object = {}) =>
    fetch(`${running.url}/api/OmniMessage/SendMessage`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...MESSAGE, ...message }),
    });
  const log = () => read<GroundTruth>(fetch(`${running.url}/_sim/log`));
  return {
    ...running,
    send,
    log,
    pull: (lever: string, body: unknown) => post(`${running.url}/_sim/${lever}`, body),
  };
}

test.each(SIMULATED_PROVIDERS)(
  "%s starts with nothing said but a seed, and says what holds there",
  async (provider) => {
    await using running = await simulations[provider].start({ seed: 1 });
    expect(running.contract).toMatchObject(simulations[provider].defaults);
    expect(running.baseUrl.startsWith(running.url)).toBe(true);
  },
);

test("what is set of the contract holds", async () => {
  await using running = await open({ settings: { password: "other", phonePattern: "^849" } });
  expect((await running.send()).status).toBe(401);
  expect(await (await running.send({ password: "other" })).json()).toMatchObject({ status: "-1" });
  expect(running.contract).toMatchObject({ username: "hermod", password: "other" });
});

test("a part of an object that is set leaves the other parts as they were", async () => {
  await using running = await simulations.ultroam.start({
    seed: 1,
    settings: { largestText: { bytes: 7 } },
  });
  expect(running.contract).toMatchObject({ largestText: { bytes: 7, characters: 670 } });
});

test("a plan by name is that of every message", async () => {
  await using running = await open({ plan: "failed:700" });
  await running.send();
  expect((await running.log()).accepted).toEqual([
    expect.objectContaining({ plan: { steps: [{ afterMs: 700, status: "FAIL", errorCode: "23" }] } }),
  ]);
});

test("another plan holds for the messages that are taken from then on", async () => {
  await using running = await open({ plan: "delivered" });
  await running.send();
  expect((await running.pull("plan", { plan: { steps: [{ afterMs: 1, status: "ODD" }] } })).status).toBe(200);
  await running.send();
  const { accepted } = await running.log();
  expect(accepted.map(({ finalStatus }) => finalStatus)).toEqual(["SUCCESS", "ODD"]);
});

test("faults meet their share of the requests, the same ones for the same seed", async () => {
  const statuses = async () => {
    await using running = await open({ faults: [{ operation: "send", fault: "503-before", share: 0.5 }] });
    const seen = [];
    for (let n = 0; n < 20; n++) seen.push((await running.send()).status);
    return seen;
  };
  const seen = await statuses();
  expect(new Set(seen)).toEqual(new Set([200, 503]));
  expect(await statuses()).toEqual(seen);
});

test("a fault of the provider and one of any provider are set by their names", async () => {
  await using running = await open();
  await running.pull("fault", { operation: "send", fault: "refused:-3", times: 1 });
  expect(await (await running.send()).json()).toMatchObject({ status: "-3" });
  await running.pull("fault", { operation: "send", fault: "500-after", times: 1 });
  expect((await running.send()).status).toBe(500);
  expect((await running.log()).accepted).toHaveLength(1);
});

test("everything that is wrong with the options is said at once", async () => {
  const start = open({
    settings: { nonsense: 1, quota: -1, phonePattern: "(" },
    plan: "no-such",
    faults: [{ operation: "send", fault: "no-such", share: 1 }],
  });
  const error: Error = await start.then(
    () => new Error("it started"),
    (reason) => reason,
  );
  for (const word of [
    "nonsense",
    "settings.quota",
    "settings.phonePattern",
    "there is no plan",
    "there is no fault",
  ])
    expect(error.message).toContain(word);
});

test("a plan in full that is wrong is told by its field", async () => {
  await expect(open({ plan: { steps: [{ afterMs: "soon", status: "SUCCESS" }] } })).rejects.toThrow(
    "plan.steps.0.afterMs",
  );
});

test.each(SIMULATED_PROVIDERS)("every named plan of %s is one that could be written in full", (provider) => {
  const { plans, writtenPlan } = simulations[provider];
  expect(plans).toContain("mixed");
  expect(writtenPlan.safeParse({ steps: [] }).success).toBe(true);
});

test.each(SIMULATED_PROVIDERS)("every named plan and fault of %s can be asked for", async (provider) => {
  const { plans, faults } = simulations[provider];
  await using running = await simulations[provider].start({ seed: 1 });
  for (const plan of plans) expect((await post(`${running.url}/_sim/plan`, { plan })).status).toBe(200);
  for (const fault of faults) {
    const wish = { operation: "status", fault };
    expect((await post(`${running.url}/_sim/fault`, wish)).status).toBe(200);
  }
});

test.each([
  ["etelecom", "quota", { messages: 0 }],
  ["webcom", "top-up", { money: 1 }],
  ["webcom", "stop", { number: "79161234567" }],
  ["webcom", "locked", { locked: true }],
  ["webcom", "push-due", undefined],
  ["ultroam", "push", { target: null }],
  ["ultroam", "drain", { perSecond: "unlimited" }],
  ["ultroam", "registration", { port: 0, registration: "NO_SIM" }],
  ["ultroam", "password", { password: "other" }],
  ["ultroam", "forget-nonces", undefined],
  ["ultroam", "reboot", {}],
  ["bitel", "push", { target: { url: "http://127.0.0.1:9/", times: 2 } }],
] as const)("the lever of %s is pulled over HTTP: %s", async (provider, lever, body) => {
  await using running = await simulations[provider].start({ seed: 1 });
  expect((await post(`${running.url}/_sim/${lever}`, body)).status).toBe(200);
  expect((await post(`${running.url}/_sim/${lever}`, { nonsense: 1 })).status).toBe(400);
});

test("a lever changes what it says", async () => {
  await using running = await open();
  await running.pull("quota", { messages: 1 });
  const statuses = [];
  for (let n = 0; n < 2; n++) statuses.push((await read<{ status: string }>(running.send())).status);
  expect(statuses).toEqual(["1", "-3"]);
});

test("what was pushed can be looked at", async () => {
  await using running = await simulations.bitel.start({ seed: 1 });
  expect(await (await fetch(`${running.url}/_sim/pushes`)).json()).toEqual([]);
});

test("what runs tells all that can be looked at and changed", async () => {
  await using running = await simulations.ultroam.start({ seed: 1 });
  const index = await read<{ get: string[]; post: object }>(fetch(`${running.url}/_sim`));
  expect(index.get).toEqual(["/_sim/log", "/_sim/summary", "/_sim/pushes"]);
  const levers = ["fault", "plan", ...Object.keys(simulations.ultroam.levers)].map((name) => `/_sim/${name}`);
  expect(new Set(Object.keys(index.post))).toEqual(new Set(levers));
});
