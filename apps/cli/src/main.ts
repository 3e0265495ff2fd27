import { HermodInputError, HermodUnavailableError } from "@hermod/client";
import { ConfigError } from "@hermod/service/config-error";
import { askHermod } from "./ask-hermod.ts";
import { type Command, parseCommandLine, UsageError } from "./command-line.ts";
import { demo } from "./demo/demo.ts";
import { USAGE } from "./usage.ts";

async function main(): Promise<number> {
  const command: Command = parseCommandLine(process.argv.slice(2));
  switch (command.name) {
    case "help":
      console.log(USAGE);
      return 0;
    case "demo":
      return await demo(command);
    default:
      return await askHermod(command, process.env);
  }
}

function failed(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  const known = [HermodInputError, HermodUnavailableError, ConfigError].some((kind) => error instanceof kind);
  console.error(known ? (error as Error).message : error);
  return 1;
}

process.exitCode = await main().catch(failed);
