import type { Command as Parser } from "@commander-js/extra-typings";
import { whole } from "../argument-readers.ts";

/** Asks for callbacks that were given up, or to post them anew. */
export interface CallbacksQuestion {
  readonly name: "callbacks";
  readonly action: "dead" | "replay";
  readonly producer: string | undefined;
  /** Of a replay; all without any. */
  readonly ids: readonly string[];
  readonly most: number | undefined;
  readonly json: boolean;
}

export function addCallbacks(parser: Parser, ask: (question: CallbacksQuestion) => void): void {
  const callbacks = parser.command("callbacks").description("callbacks to producers that were given up");
  callbacks
    .command("dead")
    .description("list those of a producer, the first of them first")
    .option("--producer <name>", "whose; without it, of messages without a producer")
    .option("--most <n>", "so many at the most (default: 100)", whole(1, 10_000))
    .option("--json", "print JSON")
    .action(({ producer, most, json = false }) =>
      ask({ name: "callbacks", action: "dead", producer, most, ids: [], json }),
    );
  callbacks
    .command("replay")
    .description(
      "post them anew, with all attempts before them: all of a producer's, or those that are named",
    )
    .argument("[id...]", "as dead lists them")
    .option("--producer <name>", "whose; without it, of messages without a producer")
    .option("--json", "print JSON")
    .action((ids, { producer, json = false }) =>
      ask({ name: "callbacks", action: "replay", producer, most: undefined, ids, json }),
    );
}
