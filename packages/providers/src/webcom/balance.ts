import { z } from "zod";
import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import type { Balance, Health } from "../provider.ts";
import type { WebcomAccount } from "./config.ts";
import { failedAs } from "./status.ts";
import { credentials, ErrorReply, HEADERS, listOf, parseJson } from "./wire.ts";

const Amount = z
  .string()
  .trim()
  .regex(/^-?\d{1,15}(?:\.\d{1,12})?$/);
const Currency = z
  .string()
  .trim()
  .regex(/^\p{L}{1,8}$/u)
  .optional()
  .catch(undefined);

/** How many messages the money suffices for in one direction; its name in the table is not that of the example (N4). */
const Direction = z
  .object({ num_sms: z.string().optional(), sms: z.string().optional() })
  .transform(({ num_sms, sms }) => num_sms ?? sms);
const Directions = z.array(Direction).catch([]).default([]);

/** The documented answer, or that of the sister platform, which nests it. */
const BalanceReply = z.union([
  z.object({ money: Amount, currency: Currency, information: Directions }),
  z
    .object({ money: z.object({ value: Amount, currency: Currency }), information: Directions })
    .transform(({ money, information }) => ({ money: money.value, currency: money.currency, information })),
]);

/** The account's money, and whether anything can be sent with it. */
interface Money {
  readonly kind: "balance";
  readonly amount: string;
  readonly currency?: string;
  readonly isEmpty: boolean;
}

type NoMoney = Health & { readonly kind: "unavailable" };

/**
 * Asks balance.php for the account's money (docs/providers/webcom.md §7). The numbers of messages beside it are left out:
 * each assumes that all the money goes into its own direction.
 */
export async function askBalance(http: Http, account: WebcomAccount, signal: AbortSignal): Promise<Balance> {
  const told = await askMoney(http, account, signal);
  if (told.kind === "unavailable") return { kind: "unavailable", reason: told.reason };
  const { isEmpty: _, ...balance } = told;
  return balance;
}

/** The account's own faults by our word for their text; of any other one it says nothing that holds for a send. */
const FAULTS = ["credentials", "locked", "balance"] as const;

/** What balance.php tells of the account (docs/providers/webcom.md §7). */
export async function askHealth(http: Http, account: WebcomAccount, signal: AbortSignal): Promise<Health> {
  const told = await askMoney(http, account, signal);
  if (told.kind === "balance") {
    const { amount, currency, isEmpty } = told;
    if (isEmpty) return { kind: "balance", reason: "balance" };
    return { kind: "reachable", facts: { balance: amount, ...(currency === undefined ? {} : { currency }) } };
  }
  if (told.reason === "http_401") return { kind: "credentials", reason: told.reason };
  const fault = FAULTS.find((word) => word === told.reason);
  return fault === undefined ? told : { kind: fault, reason: fault };
}

async function askMoney(http: Http, account: WebcomAccount, signal: AbortSignal): Promise<Money | NoMoney> {
  const body = JSON.stringify(credentials(account));
  const result = await http.request(
    { method: "POST", path: "/json/balance.php", headers: HEADERS, body },
    signal,
  );
  const [reply] = result.kind === "answer" ? listOf(parseJson(result.text)) : [];
  const error = ErrorReply.safeParse(reply).data?.error;
  if (error !== undefined) return failedAs(error, result, account);
  const balance = BalanceReply.safeParse(reply).data;
  if (balance === undefined) {
    return unavailable(result) ?? { kind: "unavailable", reason: "not_understood" };
  }
  const { money: amount, currency, information } = balance;
  const isEmpty =
    information.length === 0 ? Number(amount) <= 0 : information.every((count) => count === "0");
  return { kind: "balance", amount, ...(currency === undefined ? {} : { currency }), isEmpty };
}
