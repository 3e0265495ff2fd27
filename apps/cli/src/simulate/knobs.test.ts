import { SIMULATED_PROVIDERS, simulations } from "@hermod/simulator/registry";
import { expect, test } from "vitest";
import { parseCommandLine } from "../command-line.ts";
import { HELP_WIDTH, knobs } from "./knobs.ts";

test.each(SIMULATED_PROVIDERS)("the help of %s names every plan, fault, view and lever", (provider) => {
  const text = knobs(provider).join("\n");
  const { plans, faults, views, levers } = simulations[provider];
  for (const name of [...plans, ...faults, ...views, ...Object.keys(levers)]) expect(text).toContain(name);
});

test("a field of the contract stands with what it can be and what it is, an object by its fields", () => {
  const lines = knobs("ultroam").map((line) => line.trim());
  expect(lines).toEqual(
    expect.arrayContaining([
      'auth = digest | basic | both ("digest")',
      "nonceUses = number | unlimited (unlimited)",
      "numberPattern = text (^\\+?\\d+$)",
      "largestText.bytes = number (1500)",
      "quirks.misprinted = boolean",
      "push.events = [sms_result | sms_deliver_status, …]",
    ]),
  );
});

test("simulate --help tells of the provider that stands before it, else of all", () => {
  const help = (line: string) => parseCommandLine(line.split(" ")) as { text: string };
  expect(help("simulate --provider bitel --help").text).not.toContain("Webcom");
  const { text } = help("simulate --help");
  for (const { title } of Object.values(simulations)) expect(text).toContain(title);
});

test("a line is broken between words before it is too long", () => {
  const lines = knobs().join("\n").split("\n");
  // What has no blank to be broken at stands alone.
  const long = lines.filter((line) => line.length > HELP_WIDTH && line.trim().includes(" "));
  expect(long).toEqual([]);
});
