import type { MessageRecord } from "@hermod/core/record";
import type { FieldCipher } from "./field-cipher.ts";
import { joined, pieceNames, piecesOf } from "./private-pieces.ts";
import { packed, unpacked } from "./stored-attempt.ts";
import {
  type Field,
  type FieldParts,
  fieldParts,
  NAMES,
  readFields,
  SAME_AS,
  type StoredFields,
  UNWRITTEN,
  type Unreadable,
} from "./stored-record.ts";

/** A record as it lies in Redis: a hash with short field names. `v` is the revision. */
export type RecordHash = Readonly<Record<string, string>>;

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

const FIELDS = fieldParts(Object.keys(NAMES) as Field[]);

/**
 * What lies under a message's key: a record, nothing, or something that this version cannot read and must not
 * touch.
 */
export type Loaded =
  | { readonly kind: "record"; readonly record: MessageRecord }
  | { readonly kind: "missing" }
  | Unreadable;

export interface RecordCodec {
  /** The whole record: names and values in turn. */
  encode(record: MessageRecord): string[];
  /** What changed: names and values to set, and names to remove. */
  difference(before: MessageRecord, after: MessageRecord): { set: string[]; remove: string[] };
  decode(id: string, hash: RecordHash): Loaded;
}

export function recordCodec(cipher: FieldCipher, form: RecordForm = "lean"): RecordCodec {
  const encodeField = (record: MessageRecord, field: Field): string | undefined => {
    const value = record[field];
    if (value === undefined || (form === "lean" && isUnwritten(record, field))) return undefined;
    const plain = field === "attempts" ? record.attempts.map((attempt) => packed(record, attempt)) : value;
    const text = JSON_FIELDS.has(field) ? JSON.stringify(plain) : String(plain);
    return PRIVATE.has(field) ? cipher.seal(record.id, field, text) : text;
  };
  /** Tells in how many pieces. */
  const put = (hash: string[], field: Field, name: string, text: string): number => {
    if (!PRIVATE.has(field)) {
      hash.push(name, text);
      return 1;
    }
    const pieces = piecesOf(text);
    for (const [index, piece] of pieces.entries()) hash.push(index === 0 ? name : `${name}${index}`, piece);
    return pieces.length;
  };
  return {
    encode(record) {
      const hash = ["w", LAYOUT];
      for (const { field, name } of FIELDS) {
        const text = encodeField(record, field);
        if (text !== undefined) put(hash, field, name, text);
      }
      return hash;
    },
    difference(before, after) {
      const set: string[] = [];
      const remove: string[] = [];
      for (const { field, name, sameAs } of FIELDS) {
        // Records change by spreading, so a field that nobody touched is the same object.
        const isSame = before[field] === after[field];
        if (isSame && (sameAs === undefined || before[sameAs] === after[sameAs])) continue;
        const text = encodeField(after, field);
        const count = text === undefined ? 0 : put(set, field, name, text);
        const old = PRIVATE.has(field) ? piecesOf(encodeField(before, field) ?? "").length : 1;
        if (count < old) remove.push(...pieceNames(name, old).slice(count));
      }
      return { set, remove };
    },
    decode(id, hash) {
      const found = parseFields(FIELDS, hash, (field, text) => cipher.open(id, field, text) ?? null);
      return found.kind === "fields" ? { kind: "record", record: opened(id, found.fields) } : found;
    },
  };
}

function isUnwritten(record: MessageRecord, field: Field): boolean {
  const value: unknown = record[field];
  const sameAs = SAME_AS[field];
  if (sameAs !== undefined) return value === record[sameAs];
  if (!(field in UNWRITTEN)) return false;
  return Array.isArray(value) ? value.length === 0 : value === UNWRITTEN[field as keyof typeof UNWRITTEN];
}

/** The record that has these fields, its attempts as they are. */
export function opened<Fields extends StoredFields<"attempts" | "route">>(id: string, fields: Fields) {
  const attempts = fields.attempts.map((attempt) => unpacked(fields.route, attempt));
  return { ...fields, id, attempts };
}

/** What a hash holds of some fields, the private ones opened by whoever may. */
export function parseFields<Name extends Field>(
  wanted: readonly FieldParts<Name>[],
  hash: RecordHash,
  open: (field: Field, sealed: string) => string | null,
): ReturnType<typeof readFields<Name>> | Exclude<Loaded, { kind: "record" }> {
  const layout = hash["w"];
  if (layout === undefined && Object.keys(hash).length === 0) return { kind: "missing" };
  if (layout !== LAYOUT) return { kind: "unreadable", why: "another layout" };
  return readFields(wanted, (field, name) => {
    if (!PRIVATE.has(field)) return hash[name];
    const sealed = joined(hash, name);
    return sealed === undefined ? undefined : open(field, sealed);
  });
}

/** A hash from its names and values in turn; Lua writes an empty list as an empty table. */
export function hashOf(words: readonly string[] | Readonly<Record<string, never>>): RecordHash {
  const hash: Record<string, string> = {};
  if (!Array.isArray(words)) return hash;
  for (let index = 0; index < words.length; index += 2) hash[words[index] ?? ""] = words[index + 1] ?? "";
  return hash;
}
