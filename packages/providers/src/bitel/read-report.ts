import type { Report } from "@hermod/core/report";
import { z } from "zod";
import { PlainText } from "../plain-text.ts";
import { STATUSES, type Status } from "./codes.ts";
import type { Fields } from "./wire.ts";

/** Where a status may stand, in the order of docs/providers/bitel.md §4; `deliveryStatus` of a push may be a number too (§5). */
const NUMBER_KEYS = ["deliverystatuscode", "statuscode", "status", "deliverystatus"];
const WORD_KEYS = ["deliverystatus", "statustext", "status"];

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** A text that is kept: no word of Bitel's has a number of four digits, and a one-time password may have as few. */
const Plain = PlainText.regex(/^(?!.*\d{4})/)
  .optional()
  .catch(undefined);

const Parts = z
  .string()
  .trim()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .optional()
  .catch(undefined);

/** What one message may cost: too short for a phone number. */
const Cost = z
  .string()
  .trim()
  .regex(/^-?(?:0|[1-9]\d{0,6})(?:\.\d{1,20})?$/)
  .optional()
  .catch(undefined);

/** What is told of a message beside its status, as far as it is read: not the number, not the text. */
const Facts = z.object({
  smscount: Parts,
  partcount: Parts,
  balancesubtracted: Cost,
  price: Cost,
  cause: Plain,
});
type Facts = z.infer<typeof Facts>;

interface ReadStatus extends Pick<Report, "kind" | "word"> {
  readonly known?: Status | undefined;
  /** The text that stood beside the number and says something else. */
  readonly contradiction?: string | undefined;
}

/**
 * What an item of a detail answer or a pushed event says (docs/providers/bitel.md §4, §5); undefined where its status has a
 * form that cannot be read. The example of v1 has no status at all, and `result: "ok"` is none: that is pending.
 */
export function reportOf(fields: Fields): Report | undefined {
  const status = statusOf(fields);
  if (status === undefined) return undefined;
  const { kind, word, known, contradiction } = status;
  const facts = Facts.parse(fields);
  const parts = facts.smscount ?? facts.partcount;
  const cost = costOf(facts, kind);
  return {
    kind,
    word,
    ...(known?.failure === true ? { code: known.word } : {}),
    ...(known?.failure === true && kind === "pending" ? { tentative: "undelivered" } : {}),
    ...(parts === undefined ? {} : { parts }),
    ...(cost === undefined ? {} : { cost }),
    details: present({ deliveryStatus: known?.word ?? word, contradiction, cause: facts.cause }),
  };
}

/** Number before word: where the two contradict, the number is right. */
function statusOf(fields: Fields): ReadStatus | undefined {
  const number = textAt(fields, NUMBER_KEYS, true);
  const word = textAt(fields, WORD_KEYS, false);
  const byWord = word === undefined ? undefined : STATUSES.find((status) => status.word === documented(word));
  if (number !== undefined) {
    const known = STATUSES.find((status) => status.number === Number(number));
    const contradiction =
      word === undefined || (known && known === byWord) ? undefined : (Plain.parse(word) ?? "unreadable");
    return {
      kind: known?.kind ?? "unmapped",
      word: Plain.parse(number) ?? "unreadable",
      known,
      contradiction,
    };
  }
  if (word !== undefined)
    return { kind: byWord?.kind ?? "unmapped", word: Plain.parse(word) ?? "unreadable", known: byWord };
  const unreadable = [...NUMBER_KEYS, ...WORD_KEYS].some((key) => (fields[key] ?? "") !== "");
  return unreadable ? undefined : { kind: "pending", word: "no_status" };
}

/** The first text under these keys that is a number, or is none. */
function textAt(fields: Fields, keys: readonly string[], numeric: boolean): string | undefined {
  return keys
    .map((key) => fields[key])
    .filter((value) => typeof value === "string")
    .map((value) => value.trim())
    .find((value) => value !== "" && NUMBER.test(value) === numeric);
}

/** `Delivery failed`, `deliveryFailed` and `delivery-failed` as the table writes them. */
function documented(word: string): string | undefined {
  const letters = bare(word);
  return STATUSES.find((status) => bare(status.word) === letters)?.word;
}

function bare(word: string): string {
  return word.replace(/[\s_-]/g, "").toUpperCase();
}

/** In Toman. v2 prints its price negative, and both are 0 as long as nothing was taken from the balance. */
function costOf({ balancesubtracted, price }: Facts, kind: Report["kind"]): string | undefined {
  const cost = balancesubtracted ?? price?.replace(/^-/, "");
  return kind === "pending" && Number(cost) === 0 ? undefined : cost;
}

function present(details: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
