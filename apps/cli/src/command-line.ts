import { CommanderError, Command as Parser } from "@commander-js/extra-typings";
import { addById, addFind, addSend, type Question } from "./ask-arguments.ts";
import { addCallbacks, type CallbacksQuestion } from "./callbacks/callbacks-arguments.ts";
import { addCompletion, type Completion } from "./completion.ts";
import { addCosts, type CostsQuestion } from "./costs/costs-arguments.ts";
import { addDemo, type DemoArguments } from "./demo/demo-arguments.ts";
import { addNumberKeys, type NumberKeys } from "./number-keys.ts";
import { addOperations, type Operation } from "./operate/operate-arguments.ts";
import { addReplay, type ReplayQuestion } from "./replay/replay-arguments.ts";
import { HELP_WIDTH } from "./simulate/knobs.ts";
import { addSimulate, type SimulateArguments } from "./simulate/simulate-arguments.ts";
import { addSuppress, type Suppress } from "./suppress/suppress-arguments.ts";
import { UsageError } from "./usage-error.ts";

/** What a command line asks for. */
export type Command =
  | { readonly name: "help"; readonly text: string }
  | DemoArguments
  | SimulateArguments
  | Question
  | Operation
  | Suppress
  | CallbacksQuestion
  | CostsQuestion
  | ReplayQuestion
  | NumberKeys
  | Completion;

const AFTERWORD = `
Exit codes:
  0     it was done; with demo, every message ended as the providers' logs demand; with accounts and doctor, nothing is wrong
  1     it was not: the answer is no (no such message, too late, a message differs), or something could not be had
  2     the command line cannot be understood
  128+  and the number of the signal that ended the demo; simulate, which goes on until then, ends with 0

Environment: REDIS_URL (redis://127.0.0.1:6379), and HERMOD_CONFIG. Of the latter, send, get, find, watch and cancel use the encryption
keys alone, accounts and doctor everything, and the others nothing. The demo works in the Redis of REDIS_URL, or starts its own.
Without a terminal, rows are printed without a head, with tabs between their cells. Completion: source <(hermod completion bash)`;

/** Reads the arguments after the program's name; throws a `UsageError`. */
export function parseCommandLine(line: readonly string[]): Command {
  const said: string[] = [];
  const asked: Command[] = [];
  const parser = new Parser("hermod")
    .description("Delivers messages through providers' HTTP APIs and follows each one to a final state.")
    .exitOverride()
    .configureHelp({ helpWidth: HELP_WIDTH })
    .configureOutput({ writeOut: (text) => said.push(text), writeErr: () => {} })
    .addHelpText("after", AFTERWORD);
  const ask = (command: Command): void => {
    asked.push(command);
  };
  addDemo(parser, ask);
  addSimulate(parser, ask);
  addSend(parser, ask);
  addById(parser, "get", "show what became of a message", ask);
  addFind(parser, ask);
  addById(parser, "explain", "tell everything that happened to a message, and what its time went into", ask);
  addById(parser, "cancel", "end a message that was not sent yet", ask);
  addOperations(parser, ask);
  addSuppress(parser, ask);
  addCallbacks(parser, ask);
  addCosts(parser, ask);
  addReplay(parser, ask);
  addNumberKeys(parser, ask);
  addCompletion(parser, ask);
  try {
    parser.parse(withoutDashes(line), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { name: "help", text: said.join("").trimEnd() };
    throw new UsageError(reasonOf(error), { cause: error });
  }
  const [command] = asked;
  if (command === undefined) throw new UsageError("a command is missing");
  return command;
}

/** `npx pnpm demo -- --keep` hands the dashes over as well. */
function withoutDashes([name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return [];
  // To the completion, what comes behind them is a line that is being written.
  if (name === "complete") return [name, ...rest];
  return [name, ...(rest[0] === "--" ? rest.slice(1) : rest)];
}

function reasonOf({ code, message }: CommanderError): string {
  return code === "commander.help" ? "a command is missing" : message.replace(/^error: /, "");
}
