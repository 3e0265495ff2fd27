#!/usr/bin/env node
import { RedisUnusableError } from "@hermod/broker/redis-unusable-error";
import { HermodInputError, HermodUnavailableError } from "@hermod/client";
import { ConfigError } from "@hermod/service/config-error";
import { type Command, parseCommandLine } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

/** What a command needs is loaded when it is asked for: a shell waits for each of them. */
async function main(): Promise<number> {
  const command: Command = parseCommandLine(process.argv.slice(2));
  switch (command.name) {
    case "help":
      console.log(command.text);
      return 0;
    case "demo":
      return await (await import("./demo/demo.ts")).demo(command);
    case "simulate":
      return await (await import("./simulate/simulate.ts")).simulate(command);
    case "completion":
      return 0;
    case "accounts":
    case "queues":
    case "doctor":
    case "watch":
    case "finish-upgrade":
    case "pause":
    case "resume":
    case "hold":
    case "release":
      return await (await import("./operate/operate.ts")).operate(command, process.env);
    case "suppress":
      return await (await import("./suppress/suppress.ts")).suppress(command, process.env);
    case "replay":
      return await (await import("./replay/replay.ts")).replay(command, process.env);
    case "callbacks":
      return await (await import("./callbacks/callbacks.ts")).callbacks(command, process.env);
    case "costs":
      return await (await import("./costs/costs.ts")).costs(command, process.env);
    case "number-keys":
      return (await import("./number-keys.ts")).printNumberKeys(command, process.env);
    default:
      return await (await import("./ask-hermod.ts")).askHermod(command, process.env);
  }
}

function failed(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(
      `${error.message}\n\nhermod --help tells what there is, hermod <command> --help what a command takes.`,
    );
    return 2;
  }
  const kinds = [HermodInputError, HermodUnavailableError, RedisUnusableError, ConfigError];
  const known = kinds.some((kind) => error instanceof kind);
  console.error(known ? (error as Error).message : error);
  return 1;
}

process.exitCode = await main().catch(failed);
