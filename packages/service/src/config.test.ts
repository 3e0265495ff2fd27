import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountBase } from "@hermod/core/config";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const Account = AccountBase.extend({
  password: AccountBase.shape.baseUrl.or(AccountBase.shape.caFile.unwrap()),
});

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "hermod-config-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(text: string, variables: Record<string, string> = {}) {
  const path = join(directory, "hermod.yaml");
  writeFileSync(path, text);
  return readConfig(path, Account, variables);
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
  return [];
}

const GOOD = "accounts: { main: { baseUrl: 'https://a.example', password: p } }";

describe("a configuration", () => {
  test("gets every default from the schema", () => {
    const { settings, accounts } = read(GOOD);
    expect(settings.retry.delaysMs).toEqual([1000, 5000, 30_000, 120_000, 600_000]);
    expect(settings.lease).toEqual({ leaseMs: 30_000, lockMs: 60_000, stalledMs: 15_000 });
    expect(settings.check).toMatchObject({ minMs: 1000, maxMs: 600_000, horizonMs: 176_400_000 });
    expect(accounts["main"]).toMatchObject({ timeoutMs: 15_000, connections: 10 });
  });

  test("may be JSON, which is YAML too", () => {
    const text = JSON.stringify({ accounts: { main: { baseUrl: "http://a.example", password: "p" } } });
    expect(Object.keys(read(text).accounts)).toEqual(["main"]);
  });

  test("takes secrets from the environment and from files, without the line end of the file", () => {
    const file = join(directory, "secret");
    writeFileSync(file, "from-file\n");
    const text = `accounts:
  a: { baseUrl: "https://a.example", password: "\${PASSWORD}" }
  b: { baseUrl: "https://a.example", password: "\${file:${file}}" }`;
    const { accounts } = read(text, { PASSWORD: "from-env" });
    expect([accounts["a"]?.password, accounts["b"]?.password]).toEqual(["from-env", "from-file"]);
  });

  test("with many mistakes lists all of them at once, each with its place", () => {
    const problems = problemsOf(`
accounts:
  main: { baseUrl: ftp://a.example, password: "\${NOT_SET}", sendPerSecond: -1, colour: red, timeoutMs: 40000 }
  late: { baseUrl: "https://a.example", password: p, timeoutMs: 40000 }
  Big_Name: { baseUrl: "https://a.example", password: p }
lease: { leaseMs: 90000 }
retries: 3
`);
    expect(problems).toEqual([
      expect.stringMatching(/^accounts\.main\.password: the variable NOT_SET is not set/),
      "retries: unknown field",
      expect.stringMatching(/^accounts\.main\.baseUrl: must be an http/),
      expect.stringMatching(/^accounts\.main\.sendPerSecond: /),
      "accounts.main.colour: unknown field",
      expect.stringMatching(/^accounts\.Big_Name: an account name/),
      expect.stringMatching(/^lease\.leaseMs: must not be above lease\.lockMs/),
    ]);
  });

  test("whose request may outlast the lease is refused", () => {
    const problems = problemsOf(
      "accounts: { main: { baseUrl: 'https://a.example', password: p, timeoutMs: 29500 } }",
    );
    expect(problems).toEqual([expect.stringMatching(/^accounts\.main\.timeoutMs: /)]);
  });

  test("without a single account is refused", () => {
    expect(problemsOf("retry: {}")).toEqual(["accounts: at least one account is needed"]);
    expect(problemsOf("")).toEqual(["accounts: at least one account is needed"]);
    expect(problemsOf("[1, 2]")).toEqual(["accounts: at least one account is needed"]);
  });

  test("with a key twice is refused, and the message does not show the text around it", () => {
    const problems = problemsOf("accounts:\n  a: { baseUrl: x, password: CANARY, password: CANARY }");
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain("CANARY");
  });

  test("never shows a value in its problems", () => {
    const problems = problemsOf(
      "accounts: { main: { baseUrl: CANARY, password: [CANARY], sendPerSecond: CANARY } }",
    );
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain("CANARY");
  });

  test("that is not there says how to name another one", () => {
    expect(() => readConfig(join(directory, "none.yaml"), Account, {})).toThrow(/HERMOD_CONFIG/);
  });
});
