import { Option, type Command as Parser } from "@commander-js/extra-typings";
import { whole } from "../argument-readers.ts";

/** What an operator can ask. */
export type Operation = Look | Watch | Switch;

/** About everything at once. */
export interface Look {
  readonly name: (typeof LOOKS)[number];
  readonly json: boolean;
}

export interface Watch {
  readonly name: "watch";
  readonly id: string;
  readonly timeoutMs: number | undefined;
  readonly json: boolean;
}

/** Which of an account's queues are meant. */
export const QUEUES = ["send", "check", "both"] as const;

/** Something is turned off or on for an account. */
export interface Switch {
  readonly name: "pause" | "resume" | "hold" | "release";
  readonly account: string;
  readonly queue: (typeof QUEUES)[number];
  readonly json: boolean;
}

const LOOKS = ["accounts", "queues", "doctor", "finish-upgrade"] as const;

const WORDS: Readonly<Record<Look["name"], string>> = {
  accounts: "check each configured account: credentials, money, reachability and certificate; sends nothing",
  queues: "show the queues of every account",
  doctor: "look for what is wrong with Redis, the configuration or this machine",
  "finish-upgrade":
    "say that no process or producer of an earlier version is left: what they could not read may be written",
};

const PAUSES = {
  pause: "let the orders of an account wait where they are",
  resume: "go on with the orders of an account",
} as const;

const HOLDS = {
  hold: "stop an account: its messages are held, or go to the next account of their route",
  release: "close the breaker of an account, whatever opened it: its held messages go, in order",
} as const;

export function addOperations(parser: Parser, ask: (operation: Operation) => void): void {
  for (const name of LOOKS) {
    parser
      .command(name)
      .description(WORDS[name])
      .option("--json", "print JSON")
      .action(({ json = false }) => ask({ name, json }));
  }
  parser
    .command("watch")
    .description("follow a message: a line for each change until it is final")
    .argument("<id>", "the message's id")
    .option("--timeout-ms <n>", "give up after this time", whole(1, Number.MAX_SAFE_INTEGER))
    .option("--json", "print a line of JSON for each change")
    .action((id, { timeoutMs, json = false }) => ask({ name: "watch", id, timeoutMs, json }));
  for (const name of ["pause", "resume"] as const) {
    parser
      .command(name)
      .description(PAUSES[name])
      .argument("<account>", "the account's name")
      .addOption(new Option("--queue <queue>", "which of its queues").choices(QUEUES).default("send"))
      .option("--json", "print JSON")
      .action((account, { queue, json = false }) =>
        ask({ name, account, queue: queue as Switch["queue"], json }),
      );
  }
  for (const name of ["hold", "release"] as const) {
    parser
      .command(name)
      .description(HOLDS[name])
      .argument("<account>", "the account's name")
      .option("--json", "print JSON")
      .action((account, { json = false }) => ask({ name, account, queue: "send", json }));
  }
}
