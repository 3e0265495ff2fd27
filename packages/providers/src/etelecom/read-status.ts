import { parseJson } from "../json.ts";
import { type Fields, fieldsOf } from "./wire.ts";

/** A status answer, and whether it had to be read by patterns. */
export interface ReadStatus {
  readonly fields: Fields;
  readonly leniently: boolean;
}

/** Fields looked for by pattern. Enough to tell an outcome; everything else can be asked for again. */
const LOOKED_FOR = ["status", "channel", "errorcode", "mtcount", "telcoid"];

// Every blank run below is bounded, so that no answer of 64 KB makes a pattern backtrack for seconds.
const PARAMS_BEGIN = /"\s{0,9}list_param\s{0,9}"\s{0,9}:\s{0,9}/i;
const PARAMS_END = /\}"?(?=\s{0,9}[,}])/g;
const FIELD =
  /(?<=[{,]\s{0,9})"\s{0,9}([a-z]{1,20})\s{0,9}"\s{0,9}:\s{0,9}(?:"([^"\\]{0,99})"|(-?\d{1,9}))(?=\s{0,9}[,}])/gi;

/**
 * Reads an answer to GetStatusOmni whose documented form is not JSON: `"list_param":"{"otp":"123456"}"` (etelecom.md, R3).
 * Strictly; then with the value of `list_param` cut out; then by patterns in what is left. The parameters are the text of
 * a message and may say `"status":"FAIL"`, so the cut is made as wide as it can be, and nothing is read inside it.
 */
export function readStatus(text: string): ReadStatus | undefined {
  const strict = parseJson(text);
  if (strict !== undefined) return read(fieldsOf(strict), false);
  const rest = withoutParams(text);
  const cut = parseJson(rest);
  if (cut !== undefined) return read(fieldsOf(cut), false);
  return read(readByPattern(rest), true);
}

function read(fields: Fields | undefined, leniently: boolean): ReadStatus | undefined {
  return fields === undefined ? undefined : { fields, leniently };
}

/**
 * The text with the value of `list_param` replaced by null. It ends at the last brace that could close it, not the first:
 * no field after it holds braces, while the value itself may hold anything. Without an end, nothing after it is trusted.
 */
function withoutParams(text: string): string {
  const begin = PARAMS_BEGIN.exec(text);
  if (!begin) return text;
  const head = text.slice(0, begin.index + begin[0].length);
  const tail = text.slice(head.length);
  const end = [...tail.matchAll(PARAMS_END)].at(-1);
  return end === undefined ? `${head}null` : `${head}null${tail.slice(end.index + end[0].length)}`;
}

/**
 * Fields found by anchored patterns in a whole flat object; undefined for anything else, without a status, or where a field is
 * told twice with different values.
 */
function readByPattern(text: string): Fields | undefined {
  // Cut off within the parameters, an answer could end in words of theirs. It can be asked for again.
  if (!/^\s{0,9}\{[^{[]*\}\s{0,9}$/.test(text)) return undefined;
  const found = new Map<string, string>();
  for (const [, name = "", quoted, bare = ""] of text.matchAll(FIELD)) {
    const key = name.toLowerCase();
    const value = quoted ?? bare;
    if (!LOOKED_FOR.includes(key)) continue;
    if ((found.get(key) ?? value) !== value) return undefined;
    found.set(key, value);
  }
  return found.has("status") ? Object.fromEntries(found) : undefined;
}
