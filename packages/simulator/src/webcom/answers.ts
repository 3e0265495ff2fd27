import { type Answer, jsonAnswer } from "../answer.ts";
import { accountTime } from "./account-time.ts";
import { stateOf, type WebcomMessage } from "./message.ts";
import {
  type Language,
  MESSAGE_ERRORS,
  type MessageError,
  REQUEST_ERRORS,
  type RequestError,
} from "./texts.ts";

/** One element of `information`: it names neither phone nor client id (docs/providers/webcom.md §3.1, N2). */
export type Item = { readonly state: "send"; readonly id_sms: number } | Refused;
interface Refused {
  readonly error: string;
  readonly id_sms?: number;
}

/** Where the documents contradict themselves or their sister's, and nobody can say which the real service does. */
export interface Quirks {
  /** `id_sms`, `num_parts` and `price` of a state as text; the document shows numbers, the sister's text. */
  readonly texts?: boolean;
  /** States come in the opposite order of the ids that were asked for. */
  readonly reversed?: boolean;
  /** The count of a balance as `sms`, as its table has it, where its example has `num_sms` (§7, N4). */
  readonly smsKey?: boolean;
  /** `money` as a number; the example shows text. */
  readonly numericMoney?: boolean;
}

export function errorAnswer(error: RequestError, language: Language, status: number): Answer {
  return jsonAnswer({ error: REQUEST_ERRORS[error][language] }, status);
}

export function sendAnswer(information: readonly Item[]): Answer {
  return jsonAnswer({ information });
}

export function takenItem(id: string): Item {
  return { state: "send", id_sms: Number(id) };
}

export function refusedItem(error: MessageError, id?: string): Item {
  return { error: MESSAGE_ERRORS[error], ...(id !== undefined && { id_sms: Number(id) }) };
}

/** One element of a state answer, as JSON; written by hand because the document prints a price of 7 decimals (§5). */
export function stateItem(
  message: WebcomMessage,
  now: number,
  { timeZone, price, detail, quirks }: { timeZone: string; price: number; detail: boolean; quirks: Quirks },
): string {
  const { state, at } = stateOf(message, now);
  const id_sms = quirks.texts === true ? message.id : Number(message.id);
  const time_change_state = at === undefined ? "" : accountTime(at, timeZone);
  const fields = JSON.stringify({ id_sms, time_change_state, state });
  if (!detail) return fields;
  const quote = quirks.texts === true ? '"' : "";
  const details = `"num_parts":${quote}${message.parts}${quote},"price":${quote}${price.toFixed(7)}${quote}`;
  return `${fields.slice(0, -1)},${details}}`;
}

/** The element for an id nobody knows: its time is empty, as the sister has it. */
export function unknownItem(id: unknown, text: string): string {
  return JSON.stringify({ id_sms: Number(id), time_change_state: "", state: text });
}

export function statesAnswer(items: readonly string[], quirks: Quirks): Answer {
  return jsonAnswer(`[${(quirks.reversed === true ? items.toReversed() : items).join(",")}]`);
}

interface Account {
  readonly currency: string;
  readonly areas: Readonly<Record<string, number | "unlimited">>;
  readonly language: Language;
  readonly quirks: Quirks;
}

/** The balance of docs/providers/webcom.md §7. */
export function balanceAnswer(money: number, { currency, areas, language, quirks }: Account): Answer {
  const key = quirks.smsKey === true ? "sms" : "num_sms";
  const unlimited = language === "en" ? "Unlim" : "Безлимит";
  const information = Object.entries(areas).map(([area, price]) => ({
    type_sms: "sms",
    area,
    [key]: price === "unlimited" ? unlimited : String(Math.floor(money / price)),
  }));
  return jsonAnswer({ money: quirks.numericMoney === true ? money : String(money), currency, information });
}
