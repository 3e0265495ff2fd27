import type { Command as Parser } from "@commander-js/extra-typings";
import { SIMULATED_PROVIDERS, type SimulatedProvider } from "@hermod/simulator/registry";
import { providers, whole } from "../argument-readers.ts";

export interface DemoArguments {
  readonly name: "demo";
  readonly messages: number;
  readonly seed: number;
  readonly keep: boolean;
  readonly providers: readonly SimulatedProvider[];
  readonly json: boolean;
}

/** More than a simulator should keep in memory. */
const MOST_MESSAGES = 100_000;

export function addDemo(parser: Parser, ask: (demo: DemoArguments) => void): void {
  parser
    .command("demo")
    .description("show the whole walk of messages on this machine, against simulated providers")
    .option("--messages <n>", "how many, over all accounts", whole(1, MOST_MESSAGES), 300)
    .option("--seed <n>", "the same seed gives the same mix", whole(0, 2 ** 31), 1)
    .option("--provider <names>", `only these, with commas, of: ${SIMULATED_PROVIDERS.join(", ")}`, providers)
    .option("--keep", "stay up afterwards under a small load, until Ctrl-C")
    .option("--json", "print the figures as JSON, and the progress on standard error")
    .action(({ provider = SIMULATED_PROVIDERS, keep = false, json = false, ...options }) =>
      ask({ name: "demo", ...options, keep, json, providers: provider }),
    );
}
