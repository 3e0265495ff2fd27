import { type Decimal, sumOf } from "./decimal.ts";
import type { MessageRecord } from "./record.ts";

/** What the messages of one account, producer and day came to, in one currency. */
export interface CostTotal {
  /** UTC, of the messages' acceptance: `2026-11-27`. */
  readonly day: string;
  readonly account: string;
  readonly producer: string;
  /** Empty where nobody says it. */
  readonly currency: string;
  readonly messages: number;
  readonly parts: number;
  readonly cost: Decimal;
  /** Messages of which parts are known and no cost. */
  readonly withoutCost: number;
}

/** What one message came to, as it is counted: messages that came to the same are counted together. */
export interface CountedCost {
  /** Whom it is counted for. */
  readonly owner: string;
  readonly what: string;
}

/** The day that a message's cost belongs to. */
export function costDay({ acceptedAt }: Pick<MessageRecord, "acceptedAt">): string {
  return new Date(acceptedAt).toISOString().slice(0, 10);
}

/** How a record's cost is counted; undefined where a change brought nothing new about it. */
export function newCost(before: MessageRecord, after: MessageRecord): CountedCost | undefined {
  const { account, producer, parts, cost, currency } = after;
  if (parts === before.parts && cost === before.cost && currency === before.currency) return undefined;
  if (parts === undefined && cost === undefined) return undefined;
  return { owner: `${account} ${producer}`, what: `${currency ?? "-"} ${cost ?? "-"} ${parts ?? 0}` };
}

/** Adds up what was counted on one day: counted costs by owner and amount, and how many messages came to each. */
export function totalsOf(day: string, counts: readonly (readonly [string, number])[]): CostTotal[] {
  const read = counts.flatMap(([field, messages]) => {
    const [account = "", producer = "", currency = "-", cost = "-", parts = "0"] = field.split(" ");
    return messages > 0 ? [{ account, producer, currency, cost, parts: Number(parts), messages }] : [];
  });
  const groups = Map.groupBy(read, ({ account, producer, currency }) => `${account} ${producer} ${currency}`);
  return [...groups.values()].map((rows) => {
    const { account = "", producer = "", currency = "-" } = rows[0] ?? {};
    const priced = rows.filter(({ cost }) => cost !== "-");
    return {
      day,
      account,
      producer,
      currency: currency === "-" ? "" : currency,
      messages: rows.reduce((sum, { messages }) => sum + messages, 0),
      parts: rows.reduce((sum, { parts, messages }) => sum + parts * messages, 0),
      cost: sumOf(priced.map(({ cost, messages }) => ({ amount: cost, count: messages }))),
      withoutCost: rows.reduce((sum, { cost, messages }) => sum + (cost === "-" ? messages : 0), 0),
    };
  });
}
