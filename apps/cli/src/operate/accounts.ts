import { checkOf } from "@hermod/core/config";
import { type Certificate, lookAtCertificate } from "@hermod/providers/certificate";
import type { Health } from "@hermod/providers/provider";
import { Account, capabilitiesOf, openProvider } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";
import type { Environment } from "../environment.ts";
import { printRows } from "../print-rows.ts";
import { followedAccounts, printFollowed } from "./followed-accounts.ts";
import type { Look } from "./operate-arguments.ts";

/** What harmless requests told about an account. */
interface AccountCheck {
  readonly account: string;
  readonly provider: string;
  readonly health: Health | { readonly kind: "not_checked" };
  readonly certificate: Certificate;
  /** How long the answer about the account took. */
  readonly tookMs: number;
}

/** Below it, a certificate should be renewed. */
const DAY_MS = 86_400_000;

/**
 * Asks each configured account's provider whether messages can go through it, and the installation how its messages are followed.
 * Ends with 1 when messages cannot go through one.
 */
export async function checkAccounts({ json }: Look, env: Environment): Promise<number> {
  const { accounts, settings } = readConfig(readEnvironment(env).configPath, Account, env);
  const each = Object.entries(accounts);
  // What shares requests may wait for company as long as for anything.
  const patience = each.map(([name, account]) => {
    const patienceMs = capabilitiesOf(account).statusBatch > 1 ? checkOf(settings, account).maxMs : 0;
    return { name, patienceMs };
  });
  const [checks, followed] = await Promise.all([
    Promise.all(each.map(([name, account]) => checkAccount(name, account))),
    followedAccounts(patience, env),
  ]);
  if (json) {
    console.log(
      JSON.stringify(checks.map((check) => ({ ...check, following: followed?.get(check.account) }))),
    );
  } else {
    printRows(["account", "provider", "answer", "facts", "certificate", "ms"], checks.map(cellsOf));
    if (followed !== undefined) printFollowed(followed);
  }
  return checks.every(({ health }) => health.kind === "reachable" || health.kind === "not_checked") ? 0 : 1;
}

async function checkAccount(name: string, account: Account): Promise<AccountCheck> {
  await using provider = openProvider(account);
  const began = performance.now();
  const signal = AbortSignal.timeout(account.timeoutMs);
  const [health, certificate] = await Promise.all([
    provider.health?.(signal) ?? ({ kind: "not_checked" } as const),
    lookAtCertificate(account),
  ]);
  const tookMs = Math.round(performance.now() - began);
  return { account: name, provider: account.provider, health, certificate, tookMs };
}

function cellsOf({ account, provider, health, certificate, tookMs }: AccountCheck): string[] {
  return [account, provider, answerOf(health), factsOf(health), certificateOf(certificate), `${tookMs}`];
}

function answerOf(health: AccountCheck["health"]): string {
  if (!("reason" in health) || health.reason === health.kind) return health.kind;
  return `${health.kind}: ${health.reason}`;
}

function factsOf(health: AccountCheck["health"]): string {
  const facts = health.kind === "reachable" ? (health.facts ?? {}) : {};
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function certificateOf(certificate: Certificate): string {
  switch (certificate.kind) {
    case "none":
      return "plain HTTP";
    case "refused":
      return `refused: ${certificate.reason}`;
    case "trusted": {
      const days = Math.floor((certificate.validUntil - Date.now()) / DAY_MS);
      return `${certificate.protocol}, ${certificate.issuer}, ${days} days left`;
    }
    default:
      return certificate satisfies never;
  }
}
