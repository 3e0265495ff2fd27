import { readAccountTime } from "./account-time.ts";
import { type Envelope, type Fields, membersOf } from "./envelope.ts";
import type { MessageError } from "./texts.ts";

/** One recipient of one message, as far as it is what docs/providers/webcom.md §3 says. */
export interface SendRequest {
  readonly channel: "sms" | "viber";
  readonly sender: string;
  readonly text: string;
  /** The recipient's digits. */
  readonly number: string;
  /** `client_id_sms`. */
  readonly clientReference?: number;
  /** The end of `validity_period`, epoch ms. */
  readonly validUntil?: number;
}

/** How the provider reads a request. */
export interface Reading {
  readonly envelope: Envelope;
  /** The account's zone, an IANA name. */
  readonly timeZone: string;
  /** The largest `client_id_sms`; the documents give no range (§4). */
  readonly largestClientReference: number;
}

/** What the provider knows, against which it holds a message. */
export interface Rules {
  /** Recipients it has a route for; no text of the list fits any other number better than "closed for you". */
  readonly phonePattern: RegExp;
  /** Beginnings of numbers nobody can send to at present. */
  readonly closedDirections: readonly string[];
  readonly senders: Readonly<Record<string, "approved" | "unapproved">> | "all";
  /** Texts the moderator turns down. */
  readonly forbiddenText?: RegExp;
}

/** The recipients of a request in order; `undefined` when anything is not in the documented form. */
export function readSend(request: Fields, reading: Reading): readonly SendRequest[] | undefined {
  const messages = membersOf(request["message"], reading.envelope.message) ?? [];
  const read = messages.flatMap((message) => {
    const phones = membersOf(message["phones"], reading.envelope.phones);
    return phones?.map((phone) => readOne(message, phone, reading)) ?? [undefined];
  });
  return read.length > 0 && read.every((one) => one !== undefined) ? read : undefined;
}

function readOne(message: Fields, recipient: Fields, reading: Reading): SendRequest | undefined {
  const { type_send_1: channel, sender = "", text = "" } = message;
  const { phone = "", client_id_sms, validity_period } = recipient;
  if (channel !== "sms" && channel !== "viber") return undefined;
  if (typeof sender !== "string" || typeof text !== "string") return undefined;
  // The table says Int, the sister's examples show text.
  if (typeof phone !== "string" && !Number.isSafeInteger(phone)) return undefined;
  const request = { channel, sender, text, number: String(phone) } as const;
  const clientReference = readReference(client_id_sms, reading.largestClientReference);
  const validUntil = readValidity(validity_period, reading.timeZone);
  if (clientReference === "wrong" || validUntil === "wrong") return undefined;
  return {
    ...request,
    ...(clientReference !== undefined && { clientReference }),
    ...(validUntil !== undefined && { validUntil }),
  };
}

function readReference(value: unknown, largest: number): number | undefined | "wrong" {
  if (value === undefined) return undefined;
  const fits = typeof value === "number" && Number.isInteger(value) && value > 0 && value <= largest;
  return fits ? value : "wrong";
}

function readValidity(value: unknown, timeZone: string): number | undefined | "wrong" {
  if (value === undefined) return undefined;
  return (typeof value === "string" ? readAccountTime(value, timeZone) : undefined) ?? "wrong";
}

/** The refusal a message earns, if any. Which comes first when there are several, no document says. */
export function refusalOf(
  { sender, text, number }: SendRequest,
  rules: Rules,
  stopList: ReadonlySet<string>,
): MessageError | undefined {
  if (number === "") return "noPhone";
  if (number.length >= 15) return "phoneTooLong";
  if (sender === "") return "noSender";
  if (sender.length > (/^\d+$/.test(sender) ? 15 : 11)) return "senderTooLong";
  if (rules.senders !== "all") {
    if (!Object.hasOwn(rules.senders, sender)) return "unknownSender";
    if (rules.senders[sender] !== "approved") return "unapprovedSender";
  }
  if (text === "") return "noText";
  if (rules.forbiddenText?.test(text) === true) return "moderated";
  if (stopList.has(number)) return "stopList";
  if (!rules.phonePattern.test(number)) return "closedForYou";
  return rules.closedDirections.some((prefix) => number.startsWith(prefix)) ? "closed" : undefined;
}
