import type { Command as Parser } from "@commander-js/extra-typings";
import { whole } from "../argument-readers.ts";

/** Asks what messages came to. */
export interface CostsQuestion {
  readonly name: "costs";
  /** How many days back, today counted. */
  readonly days: number;
  readonly json: boolean;
}

export function addCosts(parser: Parser, ask: (question: CostsQuestion) => void): void {
  parser
    .command("costs")
    .description("show what messages came to, by day, account and producer, as far as providers told")
    .option("--days <n>", "so many days back, today counted (UTC)", whole(1, 400), 7)
    .option("--json", "print JSON")
    .action(({ days, json = false }) => ask({ name: "costs", days, json }));
}
