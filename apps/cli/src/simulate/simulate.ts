import { simulations } from "@hermod/simulator/registry";
import { type RunningSimulation, SimulationError } from "@hermod/simulator/simulation";
import { stringify } from "yaml";
import { simulatedAccount } from "../simulated-account.ts";
import { UsageError } from "../usage-error.ts";
import { certificateOf } from "./certificate.ts";
import type { SimulateArguments } from "./simulate-arguments.ts";
import { untilTold } from "./until-told.ts";

/** Runs a simulator until somebody ends it; returns 0 then, and 1 when its place cannot be had. */
export async function simulate(args: SimulateArguments): Promise<number> {
  const { provider, json } = args;
  const { tls, caFile } = certificateOf(args) ?? {};
  using end = untilTold();
  const running = await start(args, tls);
  if (running === undefined) return 1;
  await using _ = running;
  const place = caFile === undefined ? running : { ...running, caFile };
  const accounts = { [`${provider}-simulated`]: simulatedAccount(provider, place) };
  const control = `${running.url}/_sim`;
  if (json) console.log(JSON.stringify({ provider, url: running.url, control, accounts }));
  else console.log(introduction(args, control, accounts));
  await end.told;
  return 0;
}

async function start(
  { provider, seed, host, port, plan, faults, settings }: SimulateArguments,
  tls: { readonly cert: string; readonly key: string } | undefined,
): Promise<RunningSimulation | undefined> {
  const options = { seed, host, port, plan, faults, settings };
  try {
    return await simulations[provider].start(tls === undefined ? options : { ...options, tls });
  } catch (error) {
    if (error instanceof SimulationError) throw new UsageError(error.message, { cause: error });
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    console.error(`The simulator cannot listen on ${host}, port ${port} (${error.code}).`);
    return undefined;
  }
}

function introduction({ provider, seed }: SimulateArguments, control: string, accounts: object): string {
  return [
    `# ${simulations[provider].title}, simulated with seed ${seed} until Ctrl-C.`,
    `#   GET ${control}/log   what it received and what it accepted`,
    `#   GET ${control}       what else can be looked at and changed meanwhile`,
    "# An account there, for hermod.yaml:",
    stringify({ accounts }).trimEnd(),
  ].join("\n");
}
