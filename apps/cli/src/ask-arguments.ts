import { Option, type Command as Parser } from "@commander-js/extra-typings";
import type { MessageInput } from "@hermod/client";
import { keyAndValue, whole } from "./argument-readers.ts";

/** What can be asked of Hermod by its client alone. */
export type Question = Send | ById | Find;

export interface Send {
  readonly name: "send";
  readonly message: MessageInput;
  readonly wait: boolean;
  readonly json: boolean;
}

export interface ById {
  readonly name: "get" | "cancel" | "explain";
  readonly id: string;
  readonly json: boolean;
}

export interface Find {
  readonly name: "find";
  readonly number: string;
  readonly json: boolean;
}

const PRIORITIES = ["urgent", "normal", "bulk"] as const;

export function addSend(parser: Parser, ask: (question: Question) => void): void {
  parser
    .command("send")
    .description("hand over a message and print its id")
    .requiredOption("--account <name>", "the account it goes through")
    .requiredOption("--to <number>", "in E.164 form: +84…")
    .option("--template <name>", "a template of the provider")
    .option("--param <key=value>", "a variable of the template; may be given often", keyAndValue)
    .option("--text <text>", "a text; beside a template where the route needs both")
    .option("--producer <name>", "who hands it over")
    .addOption(new Option("--priority <priority>", "how urgent it is").choices(PRIORITIES))
    .option("--idempotency-key <text>", "with the same one again, nothing is sent again")
    .option(
      "--expires-in-ms <n>",
      "it is not sent any more after this time",
      whole(1, Number.MAX_SAFE_INTEGER),
    )
    .option("--wait", "wait until it is final, and show what became of it")
    .option("--json", "print JSON")
    .action(({ account, to, template, param, text, wait = false, json = false, ...more }) => {
      const content = given({ template, params: param, text });
      const message: MessageInput = { account, to, content, ...given(more) };
      ask({ name: "send", message, wait, json });
    });
}

export function addById(
  parser: Parser,
  name: ById["name"],
  description: string,
  ask: (question: Question) => void,
): void {
  parser
    .command(name)
    .description(description)
    .argument("<id>", "the message's id")
    .option("--json", "print JSON")
    .action((id, { json = false }) => ask({ name, id, json }));
}

export function addFind(parser: Parser, ask: (question: Question) => void): void {
  parser
    .command("find")
    .description("show the latest messages to a number")
    .argument("<number>", "in E.164 form: +84…; - reads it from the standard input")
    .option("--json", "print JSON")
    .action((number, { json = false }) => ask({ name: "find", number, json }));
}

/** The fields that have a value: to the client an absent field and an undefined one are not the same. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
