import { readFileSync } from "node:fs";
import { type AccountBase, Settings, timingProblems } from "@hermod/core/config";
import { parseDocument } from "yaml";
import { z } from "zod";
import { ConfigError, problemsOf } from "./config-error.ts";
import { fillPlaceholders } from "./placeholders.ts";

/** The whole configuration: what is general, and the accounts by name. */
export interface Config<Account extends AccountBase> {
  readonly settings: Settings;
  readonly accounts: Readonly<Record<string, Account>>;
}

const AccountName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an account name consists of small letters, digits and dashes");

/** Reads the configuration file; throws a `ConfigError` that lists every problem at once. */
export function readConfig<Account extends AccountBase>(
  path: string,
  account: z.ZodType<Account>,
  variables: Readonly<Record<string, string | undefined>>,
): Config<Account> {
  const text = contentOf(path);
  if (text === undefined) {
    throw new ConfigError(path, ["the file cannot be read; HERMOD_CONFIG says where it is"]);
  }
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    // The parser's own text shows the lines around the place, and a password may stand there.
    const places = document.errors.map(
      ({ code, linePos }) => `line ${linePos?.[0].line ?? 1}: not YAML (${code})`,
    );
    throw new ConfigError(path, places);
  }
  const problems: string[] = [];
  const raw = fillPlaceholders(
    document.toJS(),
    { variable: (name) => variables[name], file: contentOf },
    problems,
  );
  return parseConfig(path, raw, account, problems);
}

function parseConfig<Account extends AccountBase>(
  path: string,
  raw: unknown,
  accountSchema: z.ZodType<Account>,
  problems: string[],
): Config<Account> {
  const { accounts: rawAccounts, ...rest } = z.record(z.string(), z.unknown()).catch({}).parse(raw);
  const settings = Settings.safeParse(rest);
  if (!settings.success) problems.push(...problemsOf(settings.error));

  const named = z.record(z.string(), z.unknown()).safeParse(rawAccounts);
  if (!named.success || Object.keys(named.data).length === 0)
    problems.push("accounts: at least one account is needed");
  const accounts: Record<string, Account> = {};
  for (const [name, value] of Object.entries(named.data ?? {})) {
    const nameParsed = AccountName.safeParse(name);
    if (!nameParsed.success) problems.push(...problemsOf(nameParsed.error, `accounts.${name}`));
    const parsed = accountSchema.safeParse(value);
    if (parsed.success) accounts[name] = parsed.data;
    else problems.push(...problemsOf(parsed.error, `accounts.${name}`));
  }

  // The rules between times are checked as far as their parts could be read, so that they are told together
  // with the rest.
  const lease = settings.success
    ? settings
    : Settings.safeParse({ lease: rest["lease"], check: rest["check"] });
  if (lease.success) problems.push(...timingProblems(lease.data, accounts));
  if (!settings.success || problems.length > 0) throw new ConfigError(path, [...new Set(problems)]);
  return { settings: settings.data, accounts };
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
