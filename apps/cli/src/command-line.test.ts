import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

const words = (line: string) => parseCommandLine(line.split(" "));
const OPERATIONS = [
  "accounts",
  "queues",
  "doctor",
  "finish-upgrade",
  "watch",
  "pause",
  "resume",
  "hold",
  "release",
];
const COMMANDS = [
  "demo",
  "simulate",
  "send",
  "get",
  "find",
  "cancel",
  ...OPERATIONS,
  "number-keys",
  "completion",
];
const SEND = "send --account a --to +84836106872";

test("demo alone sends 300 messages with seed 1 over all providers", () => {
  expect(words("demo")).toEqual({
    name: "demo",
    messages: 300,
    seed: 1,
    keep: false,
    json: false,
    providers: ["etelecom", "webcom", "ultroam", "bitel"],
  });
});

test("demo takes some providers, each once, with commas or one by one", () => {
  expect(words("demo --provider webcom,bitel --provider webcom")).toMatchObject({
    providers: ["webcom", "bitel"],
  });
});

test("flags behind the dashes that a package manager passes on are read", () => {
  expect(words("demo -- --messages 60 --keep")).toMatchObject({ messages: 60, keep: true });
});

test("simulate alone has any free port of this machine, and plain HTTP", () => {
  expect(words("simulate --provider webcom")).toEqual({
    name: "simulate",
    provider: "webcom",
    host: "127.0.0.1",
    port: 0,
    seed: 1,
    plan: "mixed",
    faults: [],
    settings: {},
    tls: false,
    json: false,
  });
});

test("settings are JSON or text, and their dots lead into objects", () => {
  const line =
    "simulate --provider ultroam --set auth=basic --set quirks.misprinted=true --set quirks.noUserId=zero";
  expect(words(line)).toMatchObject({
    settings: { auth: "basic", quirks: { misprinted: true, noUserId: "zero" } },
  });
});

test("a fault meets a share of the requests, or all of them", () => {
  expect(
    words("simulate --provider bitel --fault send=refused:InvalidRequest --fault status=cut@0.25"),
  ).toMatchObject({
    faults: [
      { operation: "send", fault: "refused:InvalidRequest", share: 1 },
      { operation: "status", fault: "cut", share: 0.25 },
    ],
  });
});

test("a plan is a name or the plan itself", () => {
  expect(words("simulate --provider bitel --plan delivered:500")).toMatchObject({ plan: "delivered:500" });
  expect(words('simulate --provider bitel --plan {"steps":[]}')).toMatchObject({ plan: { steps: [] } });
});

test("send builds the client's message and leaves out what was not said", () => {
  expect(words(`${SEND} --template OTP --param otp=1=2 --param name=x --expires-in-ms 5000`)).toEqual({
    name: "send",
    message: {
      account: "a",
      to: "+84836106872",
      content: { template: "OTP", params: { otp: "1=2", name: "x" } },
      expiresInMs: 5000,
    },
    wait: false,
    json: false,
  });
});

test("every field that a message can be sent with has a flag", () => {
  expect(words(`${SEND} --text x --producer p --priority urgent --idempotency-key k --wait --json`)).toEqual({
    name: "send",
    message: {
      account: "a",
      to: "+84836106872",
      content: { text: "x" },
      producer: "p",
      priority: "urgent",
      idempotencyKey: "k",
    },
    wait: true,
    json: true,
  });
});

test.each(["get", "cancel"])("%s takes one id", (name) => {
  expect(words(`${name} m1 --json`)).toEqual({ name, id: "m1", json: true });
});

test("find takes one number", () => {
  expect(words("find +84836106872 --json")).toEqual({ name: "find", number: "+84836106872", json: true });
});

test.each(["accounts", "queues", "doctor", "finish-upgrade"])("%s takes nothing but --json", (name) => {
  expect(words(`${name} --json`)).toEqual({ name, json: true });
});

test("an account is paused in its send queue unless another one is named", () => {
  expect(words("pause main")).toEqual({ name: "pause", account: "main", queue: "send", json: false });
  expect(words("resume main --queue both")).toMatchObject({ name: "resume", queue: "both" });
});

test.each(["hold", "release"])("%s takes one account", (name) => {
  expect(words(`${name} main --json`)).toMatchObject({ name, account: "main", json: true });
});

test("watch goes on for as long as it is told", () => {
  const watch = { name: "watch", id: "m1", json: false };
  expect(words("watch m1 --timeout-ms 500")).toEqual({ ...watch, timeoutMs: 500 });
  expect(words("watch m1")).toEqual(watch);
});

test.each([
  ["", "a command is missing"],
  ["serve", "unknown command 'serve'"],
  ["demo --fast", "--fast"],
  ["demo more", "too many arguments"],
  ["demo --messages 0", "from 1 to 100000"],
  ["demo --messages many", "from 1 to 100000"],
  ["demo --seed -1", "from 0 to 2147483648"],
  ["demo --provider webcom,nobody", "etelecom, webcom, ultroam, bitel"],
  ["simulate", "--provider"],
  ["simulate --provider nobody", "etelecom, webcom, ultroam, bitel"],
  ["simulate --provider webcom --port 70000", "from 0 to 65535"],
  ["simulate --provider webcom --set money", "<field>=<value>"],
  ["simulate --provider webcom --fault send", "<operation>=<fault>"],
  ["send --to +84836106872 --text x", "--account"],
  ["send --account a --text x", "--to"],
  [`${SEND} --priority high`, "urgent, normal, bulk"],
  [`${SEND} --param otp`, "<key>=<value>"],
  ["get", "id"],
  ["cancel m1 m2", "too many arguments"],
  ["pause", "account"],
  ["pause main --queue all", "send, check, both"],
  ["watch m1 --timeout-ms soon", "from 1 to"],
  ["completion tcsh", "zsh, bash, fish, powershell"],
])("a line that cannot be understood is a usage error that says why: %s", (line, reason) => {
  const parse = () => parseCommandLine(line === "" ? [] : line.split(" "));
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(reason);
});

test.each(["--help", "help", "-h"])("%s names every command and the exit codes", (line) => {
  const { text } = words(line) as { text: string };
  for (const name of COMMANDS) expect(text).toMatch(new RegExp(`^ +${name} `, "m"));
  expect(text).toContain("Exit codes:");
});

test("the help of a command names its flags", () => {
  expect(words("demo --help")).toMatchObject({
    name: "help",
    text: expect.stringContaining("--messages <n>"),
  });
});
