import tab from "@bomb.sh/tab/commander";
import type { Command as Parser } from "@commander-js/extra-typings";
import type { Command as PlainParser } from "commander";

/** Two commands of one library: what a user asks for once, and what the shell asks for at each press of the key. */
const COMPLETIONS: ReadonlySet<string> = new Set(["completion", "complete"]);

export interface Completion {
  readonly name: "completion";
}

/** Adds completion by the shell for everything that the parser knows by then. It prints while the line is read. */
export function addCompletion(parser: Parser, ask: (completion: Completion) => void): void {
  // The same parser, of which the types of the one library know more than the other asks for.
  tab(parser as unknown as PlainParser, { completionCommandName: "completion" });
  parser.hook("preAction", (_, action) => {
    if (COMPLETIONS.has(action.name())) ask({ name: "completion" });
  });
}
