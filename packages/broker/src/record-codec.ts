import type { MessageRecord } from "@hermod/core/record";
import type { FieldCipher } from "./field-cipher.ts";
import { joined, pieceNames, piecesOf, textUnder } from "./private-pieces.ts";
import { type Field, NAMES, valuesOf } from "./record-fields.ts";
import { packed, unpacked } from "./stored-attempt.ts";
import {
  readFields,
  SAME_AS,
  type StoredFields,
  UNWRITTEN,
  type Unreadable,
  type Wanted,
  wantedFields,
} from "./stored-record.ts";

/** Version of this layout. A worker leaves records of a version that it does not know untouched. */
const LAYOUT = "1";

/**
 * `lean` leaves out what is nearly always so; `whole` writes every field that there is. Whoever knows the lean form reads both, and
 * versions of before it only the whole one.
 */
export type RecordForm = "lean" | "whole";

const PRIVATE: ReadonlySet<string> = new Set(["to", "content", "bodyHash"]);

const JSON_FIELDS: ReadonlySet<string> = new Set([
  "attempts",
  "denial",
  "references",
  "details",
  "tentative",
  "anomalies",
  "route",
  "content",
  "routeRule",
  "metadata",
]);

const ALL = Object.keys(NAMES) as Field[];

/** A field as it is written: what is looked up once and not for each record. */
const FIELDS = ALL.map((field, place) => {
  const sameAs = SAME_AS[field];
  return {
    field,
    name: NAMES[field],
    /** Among the values of a record, its own and that of the field that it is mostly the same as. */
    place,
    samePlace: sameAs === undefined ? undefined : ALL.indexOf(sameAs),
    unwritten: field in UNWRITTEN ? UNWRITTEN[field as keyof typeof UNWRITTEN] : undefined,
    isPrivate: PRIVATE.has(field),
    isJson: JSON_FIELDS.has(field),
  };
});
type Form = (typeof FIELDS)[number];
const WANTED = wantedFields(ALL);

/**
 * What lies under a message's key: a record, nothing, or something that this version cannot read and must not
 * touch.
 */
export type Loaded =
  | { readonly kind: "record"; readonly record: MessageRecord }
  | { readonly kind: "missing" }
  | Unreadable;

/** Of a record as it lies in Redis: a hash with short field names, told as names and values in turn. `v` is the revision. */
export interface RecordCodec {
  /** The whole record. */
  encode(record: MessageRecord): string[];
  /** What changed: names and values to set, and names to remove. */
  difference(before: MessageRecord, after: MessageRecord): { set: string[]; remove: string[] };
  decode(id: string, words: readonly string[]): Loaded;
}

export function recordCodec(cipher: FieldCipher, form: RecordForm = "lean"): RecordCodec {
  const textOf = (record: MessageRecord, values: readonly unknown[], written: Form): string | undefined => {
    const { field, place, isJson, isPrivate } = written;
    const value = values[place];
    if (value === undefined || (form === "lean" && isUnwritten(values, written))) return undefined;
    const plain = field === "attempts" ? record.attempts.map((attempt) => packed(record, attempt)) : value;
    const text = isJson ? JSON.stringify(plain) : String(plain);
    return isPrivate ? cipher.seal(record.id, field, text) : text;
  };
  /** Tells in how many pieces. */
  const put = (hash: string[], { name, isPrivate }: Form, text: string): number => {
    if (!isPrivate) {
      hash.push(name, text);
      return 1;
    }
    const pieces = piecesOf(text);
    for (const [index, piece] of pieces.entries()) hash.push(index === 0 ? name : `${name}${index}`, piece);
    return pieces.length;
  };
  return {
    encode(record) {
      const values = valuesOf(record);
      const hash = ["w", LAYOUT];
      for (const written of FIELDS) {
        const text = textOf(record, values, written);
        if (text !== undefined) put(hash, written, text);
      }
      return hash;
    },
    difference(before, after) {
      const [was, is] = [valuesOf(before), valuesOf(after)];
      const set: string[] = [];
      const remove: string[] = [];
      for (const written of FIELDS) {
        const { name, place, samePlace, isPrivate } = written;
        // Records change by spreading, so a field that nobody touched is the same object.
        const isSame = was[place] === is[place];
        if (isSame && (samePlace === undefined || was[samePlace] === is[samePlace])) continue;
        const text = textOf(after, is, written);
        const count = text === undefined ? 0 : put(set, written, text);
        const old = isPrivate ? piecesOf(textOf(before, was, written) ?? "").length : 1;
        if (count < old) remove.push(...pieceNames(name, old).slice(count));
      }
      return { set, remove };
    },
    decode(id, words) {
      const found = parseFields(WANTED, words, (field, text) => cipher.open(id, field, text) ?? null);
      return found.kind === "fields" ? { kind: "record", record: opened(id, found.fields) } : found;
    },
  };
}

function isUnwritten(values: readonly unknown[], { place, samePlace, unwritten }: Form): boolean {
  const value = values[place];
  if (samePlace !== undefined) return value === values[samePlace];
  if (unwritten === undefined) return false;
  return Array.isArray(value) ? value.length === 0 : value === unwritten;
}

/** The record that has these fields, its attempts as they are. */
export function opened<Fields extends StoredFields<"attempts" | "route">>(id: string, fields: Fields) {
  const attempts = fields.attempts.map((attempt) => unpacked(fields.route, attempt));
  return { ...fields, id, attempts };
}

/** What a hash holds of some fields, the private ones opened by whoever may; from its names and values in turn. */
export function parseFields<Name extends Field>(
  wanted: Wanted<Name>,
  words: readonly string[],
  open: (field: Field, sealed: string) => string | null,
): ReturnType<typeof readFields<Name>> | Exclude<Loaded, { kind: "record" }> {
  if (words.length === 0) return { kind: "missing" };
  if (textUnder(words, "w") !== LAYOUT) return { kind: "unreadable", why: "another layout" };
  return readFields(wanted, words, (field, name, text) =>
    PRIVATE.has(field) ? open(field, joined(words, name, text)) : text,
  );
}
