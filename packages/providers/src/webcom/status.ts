import type { Report, StatusAnswer } from "@hermod/core/report";
import { chunks } from "../chunks.ts";
import type { HttpResult } from "../exchange.ts";
import type { Http } from "../http.ts";
import { refusedByStatus, type Unavailable, unavailable } from "../http-evidence.ts";
import type { FollowedMessage } from "../provider.ts";
import { instantOf } from "./account-time.ts";
import { readText, STATES } from "./codes.ts";
import type { WebcomAccount } from "./config.ts";
import { plainWord } from "./plain-word.ts";
import { credentials, ErrorReply, HEADERS, isId, listOf, parseJson, StateItem, stateBody } from "./wire.ts";

/** Asks state.php about messages (documents/webcom-state.txt), as many at once as the account's `statusBatch` allows. */
export async function askMany(
  http: Http,
  account: WebcomAccount,
  messages: readonly FollowedMessage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StatusAnswer>> {
  const ids = new Set(messages.flatMap(({ providerId }) => (isId(providerId) ? [providerId] : [])));
  const answers = new Map<string, StatusAnswer>();
  await Promise.all(
    chunks([...ids], account.statusBatch).map(async (chunk) => {
      const request = {
        method: "POST",
        path: "/json/state.php",
        headers: HEADERS,
        body: stateBody(account, chunk),
      } as const;
      const result = await http.request(request, signal);
      const items = itemsOf(result);
      for (const id of chunk) answers.set(id, answerFor(id, result, items, account));
    }),
  );
  return new Map(
    messages.map(({ id, providerId }) => [id, answers.get(providerId ?? "") ?? nothing("no_provider_id")]),
  );
}

interface Items {
  readonly list: readonly unknown[];
  readonly byId: ReadonlyMap<string | undefined, readonly StateItem[]>;
}

function itemsOf(result: HttpResult): Items {
  const list = result.kind === "answer" ? listOf(parseJson(result.text)) : [];
  const items = list.flatMap((element) => StateItem.safeParse(element).data ?? []);
  return { list, byId: Map.groupBy(items, ({ id_sms }) => id_sms) };
}

/** What an answer tells about one id: the body decides, as in a send (docs/providers/webcom.md §3.1). */
function answerFor(
  id: string,
  result: HttpResult,
  { list, byId }: Items,
  account: WebcomAccount,
): StatusAnswer {
  const own = byId.get(id) ?? [];
  const [first] = own;
  if (first === undefined) return withoutItem(result, list, account);
  if (own.some(({ state, error }) => state !== first.state || error !== first.error))
    return nothing("contradiction");
  const word = first.state ?? first.error;
  if (word === undefined) return nothing("no_state");
  const fault = readText(word, account);
  return fault === undefined
    ? { kind: "report", report: reportOf(first, word, account) }
    : nothing(fault.meaning.code);
}

/** An id without an element: nothing documented says that Webcom does not have it (webcom.md §9), so it proves nothing. */
function withoutItem(result: HttpResult, list: readonly unknown[], account: WebcomAccount): StatusAnswer {
  const errors = list.map((element) => ErrorReply.safeParse(element).data?.error);
  const error = errors.length === 1 ? errors[0] : undefined;
  if (error !== undefined) return failedAs(error, result, account);
  const understood = list.some((element) => StateItem.safeParse(element).data?.id_sms !== undefined);
  return unavailable(result) ?? nothing(understood ? "not_in_answer" : "not_understood");
}

/** Why a whole request failed: its text, unless nobody knows that and the HTTP code says more. */
export function failedAs(error: string, result: HttpResult, account: WebcomAccount): Unavailable {
  const known = readText(error, account);
  if (known !== undefined) return { ...refusedByStatus(result), ...nothing(known.meaning.code) };
  const word = plainWord(error, Object.values(credentials(account)));
  return refusedByStatus(result) ?? nothing(`unmapped: ${word}`);
}

/** The report of an item whose status word is `word`. */
export function reportOf(item: StateItem, word: string, account: WebcomAccount): Report {
  const { num_parts: parts, price } = item;
  const lowered = word.toLowerCase();
  const kind = STATES.get(lowered) ?? "unmapped";
  const changedAt = instantOf(item.time_change_state ?? item.time ?? "", account.timeZone);
  const details = {
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(price === undefined ? {} : { pricePerPart: price }),
  };
  return {
    kind,
    word: kind === "unmapped" ? plainWord(word, Object.values(credentials(account))) : lowered,
    ...(parts === undefined ? {} : { parts }),
    ...(parts === undefined || price === undefined ? {} : { cost: times(price, parts) }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}

/** The exact product of a decimal text and a whole number, with as many places as the text has. */
function times(decimal: string, factor: number): string {
  const places = decimal.split(".")[1]?.length ?? 0;
  const digits = (BigInt(decimal.replace(".", "")) * BigInt(factor)).toString().padStart(places + 1, "0");
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function nothing(reason: string): Unavailable {
  return { kind: "unavailable", reason };
}
