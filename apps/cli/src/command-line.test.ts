import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

test("demo alone sends 300 messages with seed 1", () => {
  expect(parseCommandLine(["demo"])).toEqual({ name: "demo", messages: 300, seed: 1, keep: false });
});

test("flags behind the dashes that a package manager passes on are read", () => {
  expect(parseCommandLine(["demo", "--", "--messages", "60", "--keep"])).toMatchObject({
    messages: 60,
    keep: true,
  });
});

test("send builds the client's message and leaves out what was not said", () => {
  const line =
    "send --account a --to +84836106872 --template OTP --param otp=1=2 --param name=x --expires-in-ms 5000";
  expect(parseCommandLine(line.split(" "))).toEqual({
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

test.each(["get", "cancel"])("%s takes one id", (name) => {
  expect(parseCommandLine([name, "m1", "--json"])).toEqual({ name, id: "m1", json: true });
});

test.each([
  [],
  ["serve"],
  ["demo", "--fast"],
  ["demo", "more"],
  ["demo", "--messages", "0"],
  ["demo", "--messages", "many"],
  ["demo", "--seed", "-1"],
  ["send", "--to", "+84836106872", "--text", "x"],
  ["send", "--account", "a", "--to", "+84836106872", "--priority", "high"],
  ["send", "--account", "a", "--to", "+84836106872", "--param", "otp"],
  ["get"],
  ["cancel", "m1", "m2"],
])("a line that cannot be understood is a usage error: %j", (...line) => {
  expect(() => parseCommandLine(line)).toThrow(UsageError);
});

test.each([["--help"], ["help"], ["demo", "--help"]])("%j asks for the usage", (...line) => {
  expect(parseCommandLine(line)).toEqual({ name: "help" });
});
