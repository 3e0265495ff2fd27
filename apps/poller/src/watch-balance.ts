import type { Broker } from "@hermod/broker/open-broker";
import { hoursLeft } from "@hermod/core/balance";
import type { Settings } from "@hermod/core/config";
import { type Account, openProvider } from "@hermod/providers/registry";
import type { BalanceMetrics } from "@hermod/service/balance-metrics";
import type { Logger } from "@hermod/service/log";

export interface BalanceParts {
  readonly broker: Pick<Broker, "balances">;
  readonly settings: Pick<Settings, "balance">;
  readonly metrics: BalanceMetrics;
  readonly log: Logger;
  readonly report: (what: string, error: unknown) => void;
  readonly now: () => number;
  /** Ends a question that is under way. */
  readonly stopping: AbortSignal;
}

/** An account whose provider is asked for its money. */
export interface PaidAccount {
  readonly name: string;
  readonly account: Account;
}

/**
 * Shows for how long an account's money will last, and has its provider asked when it is time: of all pollers by one, which also logs it.
 * Nobody waits for the answer here: a loop that waits for a provider would look wedged.
 */
export async function watchBalance(parts: BalanceParts, paid: PaidAccount): Promise<void> {
  const { broker, settings, metrics, report, stopping } = parts;
  const samples = await broker.balances.read(paid.name);
  const last = samples.at(-1);
  if (last !== undefined) metrics.show(paid.name, last, hoursLeft(samples));
  if (!(await broker.balances.claim(paid.name, settings.balance.everyMs))) return;
  void ask(parts, paid).catch((error: unknown) => {
    if (!stopping.aborted) report(`balance of ${paid.name}`, error);
  });
}

async function ask(parts: BalanceParts, { name, account }: PaidAccount): Promise<void> {
  const { broker, settings, log, now, stopping } = parts;
  await using provider = openProvider(account);
  const balance = await provider.balance?.(stopping);
  if (balance === undefined || stopping.aborted) return;
  if (balance.kind === "unavailable")
    return void log.warn({ account: name, reason: balance.reason }, "no balance");
  const { kind: _, ...money } = balance;
  await broker.balances.add(name, { ...money, at: Math.round(now()) });
  const hours = hoursLeft(await broker.balances.read(name));
  const { amount, currency = account.currency } = money;
  const facts = { account: name, amount, currency };
  if (hours === undefined) return void log.info(facts, "balance");
  const about = Math.round(hours * 10) / 10;
  const words = `empty in about ${about} hours at this rate`;
  if (hours < settings.balance.warnHours) log.warn({ ...facts, hours: about }, words);
  else log.info({ ...facts, hours: about }, words);
}
