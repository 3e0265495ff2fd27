import type { Command as Parser } from "@commander-js/extra-typings";

/** What is done with a list of numbers that get no messages. */
export interface Suppress {
  readonly name: "suppress";
  readonly action: "add" | "remove" | "get" | "export" | "import";
  /** Everyone's list without one. */
  readonly producer: string | undefined;
  /** Who says so; a default of the client without one. */
  readonly source: string | undefined;
  readonly numbers: readonly string[];
  /** Of an import; `-` is the standard input. */
  readonly file: string | undefined;
  readonly json: boolean;
}

const WHAT = {
  add: "put numbers on a list",
  remove: "take numbers off a list",
  get: "show since when numbers are on a list",
} as const;

export function addSuppress(parser: Parser, ask: (command: Suppress) => void): void {
  const suppress = parser
    .command("suppress")
    .description("numbers that get no messages: everyone's list, or with --producer that of a producer");
  const none = { source: undefined, file: undefined, numbers: [], json: false };
  for (const action of ["add", "remove", "get"] as const) {
    const command = suppress
      .command(action)
      .description(WHAT[action])
      .argument("<number...>", "in E.164 form: +84…")
      .option("--producer <name>", "the list of this producer")
      .option("--json", "print JSON");
    if (action === "add") command.option("--source <words>", "who says so");
    command.action((numbers, { producer, json = false, ...more }) => {
      const { source } = more as { source?: string };
      ask({ ...none, name: "suppress", action, producer, source, numbers, json });
    });
  }
  suppress
    .command("export")
    .description("print a list, a line of JSON for each number: its keyed hash, who says so, and since when")
    .option("--producer <name>", "the list of this producer")
    .action(({ producer }) => ask({ ...none, name: "suppress", action: "export", producer }));
  suppress
    .command("import")
    .description("put on a list what stands in a file: a number on each line, or what export printed")
    .argument("<file>", "the file; - for the standard input")
    .option("--producer <name>", "the list of this producer")
    .option("--source <words>", "who says so, where the file does not")
    .option("--json", "print JSON")
    .action((file, { producer, source, json = false }) =>
      ask({ ...none, name: "suppress", action: "import", producer, source, file, json }),
    );
}
