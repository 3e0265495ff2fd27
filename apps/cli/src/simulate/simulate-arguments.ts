import { Option, type Command as Parser } from "@commander-js/extra-typings";
import { SIMULATED_PROVIDERS, type SimulatedProvider } from "@hermod/simulator/registry";
import { type FaultArgument, faultShare, jsonOrText, setting, whole } from "../argument-readers.ts";
import { knobs } from "./knobs.ts";

export interface SimulateArguments {
  readonly name: "simulate";
  readonly provider: SimulatedProvider;
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  /** As the simulator reads them: they are checked there. */
  readonly plan: unknown;
  readonly faults: readonly FaultArgument[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tls: boolean;
  /** Files in place of the certificate that stands with the simulators. */
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly json: boolean;
}

export function addSimulate(parser: Parser, ask: (simulate: SimulateArguments) => void): void {
  const command = parser
    .command("simulate")
    .description("run one provider's simulator until Ctrl-C")
    .addOption(
      new Option("--provider <name>", "whose API").choices(SIMULATED_PROVIDERS).makeOptionMandatory(),
    )
    .option("--port <n>", "0 is any free one", whole(0, 65_535), 0)
    .option("--host <address>", "the address it listens on", "127.0.0.1")
    .option("--seed <n>", "the same seed gives the same ids, timelines and faults", whole(0, 2 ** 31), 1)
    .option("--plan <plan>", "what becomes of messages, see below (default: mixed)", jsonOrText)
    .option("--fault <operation=fault[@share]>", "requests that go wrong: send=reset-after@0.02", faultShare)
    .option(
      "--set <field=value>",
      "a field of the contract, JSON where it is JSON: quirks.numbers=true",
      setting,
    )
    .option("--tls", "HTTPS, with a certificate for 127.0.0.1 and localhost that nobody else signed")
    .option("--tls-cert <file>", "HTTPS with a certificate of your own, and its --tls-key")
    .option("--tls-key <file>", "its key")
    .option("--json", "print address and account as JSON")
    .action(({ plan = "mixed", fault = [], set = {}, tls = false, json = false, ...options }) =>
      ask({ name: "simulate", ...options, plan, faults: fault, settings: set, tls, json }),
    );
  command.addHelpText("after", () => `\n${knobs(command.opts().provider).join("\n")}`);
}
