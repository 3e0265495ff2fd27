import type { Command as Parser } from "@commander-js/extra-typings";
import { numberKeys } from "@hermod/broker/number-hashes";
import { clientOptions, type Environment } from "./environment.ts";

/** What a board needs to find messages by their numbers. */
export interface NumberKeys {
  readonly name: "number-keys";
  readonly json: boolean;
}

export function addNumberKeys(parser: Parser, ask: (command: NumberKeys) => void): void {
  parser
    .command("number-keys")
    .description("print what lets a board find messages by number (BOARD_NUMBER_KEYS); it opens nothing")
    .option("--json", "print JSON")
    .action(({ json = false }) => ask({ name: "number-keys", json }));
}

/** Prints what is made of the keys of the configuration. Returns the exit code: 1 when it has none. */
export function printNumberKeys({ json }: NumberKeys, env: Environment): number {
  const keys = numberKeys(clientOptions(env).encryption);
  if (json) console.log(JSON.stringify(keys));
  else if (keys.length > 0) console.log(keys.join(","));
  else console.error("HERMOD_CONFIG names no encryption keys: a board finds messages by number without any.");
  return keys.length > 0 ? 0 : 1;
}
