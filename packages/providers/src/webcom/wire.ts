import { z } from "zod";
import type { OutgoingMessage } from "../provider.ts";
import { accountTime } from "./account-time.ts";
import type { WebcomAccount } from "./config.ts";

/** The header of every request (docs/providers/webcom.md §2); not `application/json`. */
export const HEADERS = { "content-type": "text/json; charset=utf-8" };

const IdText = z.string().regex(/^[1-9]\d{0,19}$/);

/** A text of an answer; absent where it is empty. A value of another type is no answer to trust. */
const Word = z
  .string()
  .nullish()
  .transform((word) => word?.trim() || undefined);
/** An `id_sms`, a number or its text; what is no number is no id. */
const Id = Word.pipe(IdText.optional()).catch(undefined);

/** The answer to a whole request that failed; it may also be an element of an array. */
export const ErrorReply = z.object({ error: Word });

/** An item of `information`: neither the phone nor our reference is in it (webcom.md §3.1, N2). */
export const SentItem = z.object({ state: Word, id_sms: Id, error: Word });
export type SentItem = z.infer<typeof SentItem>;

const Parts = z
  .string()
  .regex(/^[1-9]\d{0,3}$/)
  .transform(Number);
/** Too short for a phone number. */
const Price = z.string().regex(/^\d{1,7}(?:\.\d{1,12})?$/);

/** One element of an answer of state.php, where `num_parts` and `price` come with `detail: 1`, or of a push. */
export const StateItem = z.object({
  id_sms: Id,
  state: Word,
  error: Word,
  /** Of a push; in an answer it is `time_change_state`. */
  time: Word.catch(undefined),
  time_change_state: Word.catch(undefined),
  num_parts: Word.pipe(Parts.optional()).catch(undefined),
  /** Of one part. */
  price: Word.pipe(Price.optional()).catch(undefined),
});
export type StateItem = z.infer<typeof StateItem>;

/** Parses JSON strictly, numbers as the text they are written in; undefined where the text is none. */
export function parseJson(text: string): unknown {
  try {
    // Asking about each value is slow, and an answer without numbers needs it not.
    return NUMBER.test(text) ? JSON.parse(text, numberAsWritten) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a number of JSON may begin; within a text it is none, and does no harm. */
const NUMBER = /(?:^|[[:,])\s*[-\d]/;

/** A rest parameter because TypeScript's library does not know of the third argument (ES2026, in Node since 21). */
function numberAsWritten(
  _: string,
  value: unknown,
  ...[context]: readonly { readonly source: string }[]
): unknown {
  return typeof value === "number" ? context?.source : value;
}

/** The elements of an array; one alone may come without it. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** An id that Webcom gave, as the number it is (webcom.md §5 and §6), unless a number could not hold it. */
export function idNumber(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}

/** Whether this is an id that Webcom can have given. */
export function isId(id: string | undefined): id is string {
  return IdText.safeParse(id).success;
}

/** Login and password, or the token, never both (webcom.md §2). */
export function credentials({ login, password, token }: WebcomAccount): Readonly<Record<string, string>> {
  if (token !== undefined) return { token: token.reveal() };
  return { login: login ?? "", password: password?.reveal() ?? "" };
}

/** A send request of one message (webcom.md §3). */
export function sendBody(
  account: WebcomAccount,
  message: OutgoingMessage,
  { text, now }: { readonly text: string; readonly now: number },
): string {
  const { request, message: messages, phones } = account.envelope;
  const phone = {
    // E.164 has at most 15 digits, which a number holds exactly.
    phone: Number(message.to.replace(/^\+/, "")),
    client_id_sms: message.reference,
    validity_period: accountTime(now + message.validForMs, account.timeZone),
  };
  const content = { type_send_1: "sms", sender: account.sender, text, phones: inForm(phones, phone) };
  return JSON.stringify(inForm(request, { ...credentials(account), message: inForm(messages, content) }));
}

/** A status request: an array in any case, each element with the credentials (documents/webcom-state.txt). */
export function stateBody(account: WebcomAccount, ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ ...credentials(account), id_sms: idNumber(id), detail: 1 })));
}

function inForm<Thing>(form: "object" | "array", thing: Thing): Thing | readonly Thing[] {
  return form === "array" ? [thing] : thing;
}
