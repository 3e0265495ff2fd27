import { Account, openProvider } from "@hermod/providers/registry";
import type { GroundTruth } from "@hermod/simulator/ground-truth";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Cli, runCli } from "./run-cli.ts";

/** Processes of a busy machine. */
const LONG_MS = 30_000;

/** One send as each provider's document says, to what stands at the address of its simulator. */
const SENDS = {
  etelecom: {
    path: "/api/OmniMessage/SendMessage",
    headers: { "content-type": "application/json" },
    body: {
      username: "hermod",
      password: "secret",
      phonenumber: "84836106872",
      routerule: ["3"],
      templatecode: "OTP",
      list_param: { otp: "123456" },
    },
    answer: { status: "1", code: "Success" },
  },
  webcom: {
    path: "/json",
    headers: { "content-type": "text/json; charset=utf-8" },
    body: {
      login: "hermod",
      password: "secret",
      message: [
        {
          type_send_1: "sms",
          sender: "Hermod",
          text: "Hello",
          phones: [{ phone: 79161234567, client_id_sms: 1 }],
        },
      ],
    },
    answer: { information: [{ state: "send" }] },
  },
  ultroam: {
    path: "/api/send_sms",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from("admin:admin").toString("base64")}`,
    },
    body: { text: "Hello", param: [{ number: "79161234567", user_id: 1 }] },
    answer: { error_code: 202, task_id: 1 },
  },
  bitel: {
    path: "/api/v1/sms/single",
    headers: { "content-type": "application/json", authorization: "Bearer secret" },
    body: { message: "Hello", phoneNumber: "09121234567" },
    answer: { error: null, result: { requestId: expect.stringMatching(/^[0-9a-f]{32}$/) } },
  },
} as const;

interface Introduction {
  readonly url: string;
  readonly control: string;
  readonly accounts: Readonly<Record<string, unknown>>;
}

/** A simulator that runs, and how it introduced itself. */
async function simulate(args: string): Promise<Cli & { readonly introduction: Introduction }> {
  const cli = await runCli(["simulate", "--json", ...args.split(" ")]);
  await waitUntil("the address", () => cli.said().includes("\n"), { timeoutMs: LONG_MS });
  return { ...cli, introduction: JSON.parse(cli.said()) as Introduction };
}

async function logAt({ control }: Introduction): Promise<GroundTruth> {
  return (await (await fetch(`${control}/log`)).json()) as GroundTruth;
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

test.each(Object.entries(SENDS))(
  "the simulator of %s takes a send as its document says, and its log has it",
  {
    timeout: LONG_MS,
  },
  async (provider, { path, headers, body, answer }) => {
    // What the document says of Digest needs more than one request; the test of TLS has it.
    const auth = provider === "ultroam" ? " --set auth=basic" : "";
    await using simulator = await simulate(`--provider ${provider} --plan delivered:1${auth}`);
    const { url } = simulator.introduction;
    expect(await (await post(url + path, body, headers)).json()).toMatchObject(answer);
    const { accepted, requests } = await logAt(simulator.introduction);
    expect(accepted).toHaveLength(1);
    expect(requests).toEqual([expect.objectContaining({ operation: "send", body, answered: 200 })]);
  },
);

test.each([
  ["etelecom", "+84836106872"],
  ["webcom", "+79161234567"],
  ["ultroam", "+79161234567"],
  ["bitel", "+989121234567"],
])("the account that the simulator of %s gives works, over TLS", { timeout: LONG_MS }, async (name, to) => {
  await using simulator = await simulate(`--provider ${name} --tls`);
  expect(simulator.introduction.url).toMatch(/^https:/);
  const [fields] = Object.values(simulator.introduction.accounts);
  await using provider = openProvider(Account.parse(fields));
  const content = { template: "OTP", params: { otp: "123456" }, text: "Hello" };
  const message = { id: "m1", to, content, reference: 1, validForMs: 60_000 };
  const outcomes = await provider.send([message], AbortSignal.timeout(LONG_MS));
  expect(outcomes.get("m1")).toMatchObject({ kind: "accepted" });
});

test("what is printed for a person is a configuration", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["simulate", "--provider", "bitel", "--set", "apiVersion=v2"]);
  await waitUntil("the account", () => cli.said().includes("apiVersion:"), { timeoutMs: LONG_MS });
  const { accounts } = parse(cli.said()) as { accounts: Record<string, unknown> };
  expect(Account.parse(accounts["bitel-simulated"])).toMatchObject({ provider: "bitel", apiVersion: "v2" });
});

test("faults are set while it runs", { timeout: LONG_MS }, async () => {
  await using simulator = await simulate("--provider webcom");
  const { url, control } = simulator.introduction;
  const { path, headers, body } = SENDS.webcom;
  await post(`${control}/fault`, { operation: "send", fault: "503-after", times: 1 });
  expect((await post(url + path, body, headers)).status).toBe(503);
  expect((await logAt(simulator.introduction)).accepted).toHaveLength(1);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s ends it with 0, and its port is free",
  {
    timeout: LONG_MS,
  },
  async (signal) => {
    await using simulator = await simulate("--provider webcom");
    simulator.process.kill(signal);
    expect(await simulator.ended).toBe(0);
    await expect(fetch(simulator.introduction.control)).rejects.toMatchObject({
      cause: { code: "ECONNREFUSED" },
    });
  },
);

test("a port that is taken is one sentence and exit code 1", { timeout: LONG_MS }, async () => {
  await using first = await simulate("--provider webcom");
  const { port } = new URL(first.introduction.url);
  await using second = await runCli(["simulate", "--provider", "bitel", "--port", port]);
  expect(await second.ended).toBe(1);
  expect(second.said()).toBe(`The simulator cannot listen on 127.0.0.1, port ${port} (EADDRINUSE).\n`);
});

test("every setting that is wrong is named, with exit code 2", { timeout: LONG_MS }, async () => {
  const wrong = ["--set", "auth=none", "--set", "nonsense=1", "--plan", "no-such", "--fault", "send=no-such"];
  await using cli = await runCli(["simulate", "--provider", "ultroam", ...wrong]);
  expect(await cli.ended).toBe(2);
  for (const name of ["settings.auth", "nonsense", "no plan no-such", "no fault no-such"])
    expect(cli.said()).toContain(name);
});

test("a certificate without its key is not used", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["simulate", "--provider", "webcom", "--tls-cert", "own.pem"]);
  expect(await cli.ended).toBe(2);
  expect(cli.said()).toContain("--tls-cert and --tls-key go together");
});
