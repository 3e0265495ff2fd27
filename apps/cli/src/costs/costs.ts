import { openClient } from "@hermod/client";
import { clientOptions, type Environment } from "../environment.ts";
import { printRows } from "../print-rows.ts";
import type { CostsQuestion } from "./costs-arguments.ts";

const DAY_MS = 86_400_000;

/** Prints what messages came to, a row for each day, account, producer and currency. */
export async function costs({ days, json }: CostsQuestion, env: Environment): Promise<number> {
  await using hermod = await openClient(clientOptions(env));
  const now = Date.now();
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const totals = await hermod.costs({ from: day(now - (days - 1) * DAY_MS), to: day(now) });
  if (json) {
    console.log(JSON.stringify(totals));
    return 0;
  }
  const rows = totals.map(({ day, account, producer, messages, parts, cost, currency, withoutCost }) => [
    day,
    account,
    producer,
    `${messages}`,
    `${parts}`,
    `${cost} ${currency}`.trim(),
    `${withoutCost}`,
  ]);
  printRows(["day", "account", "producer", "messages", "parts", "cost", "without cost"], rows);
  return 0;
}
