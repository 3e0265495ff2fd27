import { type ParseArgsConfig, parseArgs } from "node:util";
import type { MessageInput } from "@hermod/client";

/** What a command line asks for. */
export type Command =
  | { readonly name: "help" }
  | { readonly name: "demo"; readonly messages: number; readonly seed: number; readonly keep: boolean }
  | { readonly name: "send"; readonly message: MessageInput; readonly wait: boolean; readonly json: boolean }
  | { readonly name: "get"; readonly id: string; readonly json: boolean }
  | { readonly name: "cancel"; readonly id: string; readonly json: boolean };

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** More than a simulator should keep in memory. */
const MOST_MESSAGES = 100_000;
const PRIORITIES = ["urgent", "normal", "bulk"] as const;

/** Reads the arguments after the program's name; throws a `UsageError`. */
export function parseCommandLine(line: readonly string[]): Command {
  const [name, ...rest] = line;
  // `npx pnpm demo -- --keep` hands the dashes over as well.
  const args = rest[0] === "--" ? rest.slice(1) : rest;
  if (name === undefined) throw new UsageError("a command is missing");
  if (["help", "--help", "-h"].includes(name) || args.includes("--help")) return { name: "help" };
  switch (name) {
    case "demo":
      return readDemo(args);
    case "send":
      return readSend(args);
    case "get":
    case "cancel":
      return readId(name, args);
    default:
      throw new UsageError(`there is no command ${name}`);
  }
}

function readDemo(args: string[]): Command {
  const { values } = parsed({
    args,
    options: {
      messages: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      keep: { type: "boolean", default: false },
    },
  });
  return {
    name: "demo",
    messages: whole("messages", values.messages, 1, MOST_MESSAGES),
    seed: whole("seed", values.seed, 0, 2 ** 31),
    keep: values.keep,
  };
}

function readSend(args: string[]): Command {
  const { values } = parsed({
    args,
    options: {
      account: { type: "string" },
      to: { type: "string" },
      template: { type: "string" },
      param: { type: "string", multiple: true, default: [] },
      text: { type: "string" },
      producer: { type: "string" },
      priority: { type: "string" },
      "idempotency-key": { type: "string" },
      "expires-in-ms": { type: "string" },
      wait: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { account, to, template, text, producer, wait, json } = values;
  if (account === undefined || to === undefined) throw new UsageError("send needs --account and --to");
  const expiresIn = values["expires-in-ms"];
  const params = values.param.length === 0 ? undefined : Object.fromEntries(values.param.map(keyAndValue));
  const message: MessageInput = {
    account,
    to,
    content: given({ template, params, text }),
    ...given({
      producer,
      priority: priorityOf(values.priority),
      idempotencyKey: values["idempotency-key"],
      expiresInMs:
        expiresIn === undefined ? undefined : whole("expires-in-ms", expiresIn, 1, Number.MAX_SAFE_INTEGER),
    }),
  };
  return { name: "send", message, wait, json };
}

function readId(name: "get" | "cancel", args: string[]): Command {
  const options = { json: { type: "boolean", default: false } } as const;
  const { values, positionals } = parsed({ args, options, allowPositionals: true });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError(`${name} needs the id of one message`);
  return { name, id, json: values.json };
}

function parsed<const Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node's own words name the flag; what follows them is advice on positionals that would only mislead.
    throw new UsageError((error as Error).message.split(". ")[0], { cause: error });
  }
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${flag} must be a whole number from ${least} to ${most}`);
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError("--param must be <key>=<value>");
  return [text.slice(0, at), text.slice(at + 1)];
}

function priorityOf(text: string | undefined): (typeof PRIORITIES)[number] | undefined {
  const found = PRIORITIES.find((priority) => priority === text);
  if (found === undefined && text !== undefined) {
    throw new UsageError(`--priority must be one of: ${PRIORITIES.join(", ")}`);
  }
  return found;
}

/** The fields that have a value: to the client an absent field and an undefined one are not the same. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
