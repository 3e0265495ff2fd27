import { z } from "zod";
import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import type { Balance } from "../provider.ts";
import type { WebcomAccount } from "./config.ts";
import { reasonOf } from "./status.ts";
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

/** The documented answer, or that of the sister platform, which nests it. */
const BalanceReply = z.union([
  z.object({ money: Amount, currency: Currency }),
  z.object({ money: z.object({ value: Amount, currency: Currency }) }).transform(({ money }) => ({
    money: money.value,
    currency: money.currency,
  })),
]);

/**
 * Asks balance.php for the account's money (docs/providers/webcom.md §7). The numbers of messages beside it are left out:
 * each assumes that all the money goes into its own direction.
 */
export async function askBalance(http: Http, account: WebcomAccount, signal: AbortSignal): Promise<Balance> {
  const body = JSON.stringify(credentials(account));
  const result = await http.request(
    { method: "POST", path: "/json/balance.php", headers: HEADERS, body },
    signal,
  );
  const [reply] = result.kind === "answer" ? listOf(parseJson(result.text)) : [];
  const error = ErrorReply.safeParse(reply).data?.error;
  if (error !== undefined) return { kind: "unavailable", reason: reasonOf(error, account) };
  const balance = BalanceReply.safeParse(reply).data;
  if (balance === undefined) {
    const status = unavailable(result);
    return { kind: "unavailable", reason: status?.kind === "unavailable" ? status.reason : "not_understood" };
  }
  const { money, currency } = balance;
  return { kind: "balance", amount: money, ...(currency === undefined ? {} : { currency }) };
}
