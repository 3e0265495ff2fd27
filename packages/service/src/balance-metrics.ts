import { Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Shows what is known of an account's money. */
export interface BalanceMetrics {
  show(
    account: string,
    balance: { readonly amount: string; readonly currency?: string },
    hours?: number,
  ): void;
}

export function balanceMetrics({ registry, labelsOf }: Metrics): BalanceMetrics {
  const registers = [registry];
  const ACCOUNT = ["account", "provider"] as const;
  const amount = new Gauge({
    name: "hermod_account_balance",
    help: "The account's money, as its provider last told.",
    labelNames: [...ACCOUNT, "currency"],
    registers,
  });
  const left = new Gauge({
    name: "hermod_account_hours_left",
    help: "In how many hours the account's money is gone at the rate of the last day; absent while nobody can tell.",
    labelNames: ACCOUNT,
    registers,
  });
  return {
    show(account, balance, hours) {
      const labels = labelsOf(account);
      amount.set({ ...labels, currency: balance.currency ?? "" }, Number(balance.amount));
      if (hours === undefined) left.remove(labels);
      else left.set(labels, hours);
    },
  };
}
