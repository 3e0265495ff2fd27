import { type SimulatedProvider, simulations } from "@hermod/simulator/registry";
import type { ProviderLog } from "./demo-provider.ts";
import { demoProviders } from "./demo-providers.ts";
import type { FollowedMessage } from "./following.ts";
import type { ReportedAccount } from "./report.ts";
import type { AccountTask } from "./standing.ts";
import { compare } from "./truth.ts";

/** Both sides of one account, and what comes of holding them against each other. */
export function sidesOf(
  { name, provider, sendPerSecond }: AccountTask,
  messages: readonly FollowedMessage[],
  logs: ReadonlyMap<SimulatedProvider, ProviderLog>,
  mayDoubt: boolean,
): ReportedAccount {
  const own = messages.filter(({ account }) => account.name === name);
  const log = logs.get(provider) ?? { accepted: [], requests: [], pushes: 0 };
  const { idOf } = demoProviders[provider];
  return {
    name,
    provider: simulations[provider].title,
    sendPerSecond,
    log,
    idOf,
    verdicts: compare(own, log, demoProviders[provider], mayDoubt),
    views: own.flatMap(({ view }) => view ?? []),
  };
}
