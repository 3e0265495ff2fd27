import { HermodInputError, HermodUnavailableError } from "@hermod/client";
import { ConfigError } from "@hermod/service/config-error";
import { askHermod } from "./ask-hermod.ts";
import { type Command, parseCommandLine } from "./command-line.ts";
import { demo } from "./demo/demo.ts";
import { simulate } from "./simulate/simulate.ts";
import { UsageError } from "./usage-error.ts";

async function main(): Promise<number> {
  const command: Command = parseCommandLine(process.argv.slice(2));
  switch (command.name) {
    case "help":
      console.log(command.text);
      return 0;
    case "demo":
      return await demo(command);
    case "simulate":
      return await simulate(command);
    default:
      return await askHermod(command, process.env);
  }
}

function failed(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(
      `${error.message}\n\nhermod --help tells what there is, hermod <command> --help what a command takes.`,
    );
    return 2;
  }
  const known = [HermodInputError, HermodUnavailableError, ConfigError].some((kind) => error instanceof kind);
  console.error(known ? (error as Error).message : error);
  return 1;
}

process.exitCode = await main().catch(failed);
