import type { MessageRecord } from "@hermod/core/record";
import type { z } from "zod";
import type { FieldCipher } from "./field-cipher.ts";
import { parseJson } from "./parse-json.ts";
import { joined, pieceNames, piecesOf } from "./private-pieces.ts";
import { packed, unpacked } from "./stored-attempt.ts";
import { type Field, NAMES, Stored } from "./stored-record.ts";

/** A record as it lies in Redis: a hash with short field names. `v` is the revision. */
export type RecordHash = Record<string, string>;

/** Version of this layout. A worker leaves records of a version that it does not know untouched. */
const LAYOUT = "1";

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

/** Left out while they are 0, as they nearly always are. */
const ZERO_IS_ABSENT: ReadonlySet<string> = new Set(["crashes", "absences"]);

const FIELDS = Object.entries(NAMES) as [Field, string][];

/**
 * What lies under a message's key: a record, nothing, or something that this version cannot read and must not
 * touch.
 */
export type Loaded =
  | { readonly kind: "record"; readonly record: MessageRecord }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly why: string };

export interface RecordCodec {
  /** The whole record as field-value pairs. */
  encode(record: MessageRecord): RecordHash;
  /** What changed: fields to set and fields to remove. */
  difference(before: MessageRecord, after: MessageRecord): { set: RecordHash; remove: string[] };
  decode(id: string, hash: RecordHash): Loaded;
}

export function recordCodec(cipher: FieldCipher): RecordCodec {
  const encodeField = (record: MessageRecord, field: Field): string | undefined => {
    const value = record[field];
    if (value === 0 && ZERO_IS_ABSENT.has(field)) return undefined;
    if (value === undefined || (Array.isArray(value) && (value as readonly unknown[]).length === 0))
      return undefined;
    const plain = field === "attempts" ? record.attempts.map((attempt) => packed(record, attempt)) : value;
    const text = JSON_FIELDS.has(field) ? JSON.stringify(plain) : String(plain);
    return PRIVATE.has(field) ? cipher.seal(record.id, field, text) : text;
  };
  const put = (hash: RecordHash, field: Field, name: string, text: string): number => {
    const pieces = PRIVATE.has(field) ? piecesOf(text) : [text];
    for (const [index, piece] of pieces.entries()) hash[index === 0 ? name : `${name}${index}`] = piece;
    return pieces.length;
  };
  return {
    encode(record) {
      const hash: RecordHash = { w: LAYOUT };
      for (const [field, name] of FIELDS) {
        const text = encodeField(record, field);
        if (text !== undefined) put(hash, field, name, text);
      }
      return hash;
    },
    difference(before, after) {
      const set: RecordHash = {};
      const remove: string[] = [];
      for (const [field, name] of FIELDS) {
        // Records change by spreading, so a field that nobody touched is the same object.
        if (before[field] === after[field]) continue;
        const text = encodeField(after, field);
        const count = text === undefined ? 0 : put(set, field, name, text);
        const old = PRIVATE.has(field) ? piecesOf(encodeField(before, field) ?? "").length : 1;
        remove.push(...pieceNames(name, old).slice(count));
      }
      return { set, remove };
    },
    decode(id, hash) {
      const found = parseFields(Stored, hash, (field, text) =>
        PRIVATE.has(field) ? cipher.open(id, field, text) : text,
      );
      if (found.kind !== "fields") return found;
      const { attempts, ...rest } = found.fields;
      return {
        kind: "record",
        record: { id, ...rest, attempts: attempts.map((attempt) => unpacked(rest.route, attempt)) },
      };
    },
  };
}

/** What a hash holds of a schema's fields, each text opened by whoever may. */
export function parseFields<Fields>(
  schema: z.ZodType<Fields>,
  hash: RecordHash,
  open: (field: Field, text: string) => string | undefined,
): { readonly kind: "fields"; readonly fields: Fields } | Exclude<Loaded, { kind: "record" }> {
  if (Object.keys(hash).length === 0) return { kind: "missing" };
  if (hash["w"] !== LAYOUT) return { kind: "unreadable", why: "another layout" };
  const fields: Record<string, unknown> = {};
  for (const [field, name] of FIELDS) {
    const text = PRIVATE.has(field) ? joined(hash, name) : hash[name];
    if (text === undefined) continue;
    const plain = open(field, text);
    if (plain === undefined) return { kind: "unreadable", why: "sealed with another key" };
    const value = JSON_FIELDS.has(field) ? parseJson(plain) : plain;
    // Left out, it would pass for a field that is absent: a message with lost attempts would be sent again.
    if (value === undefined) return { kind: "unreadable", why: `bad ${field}` };
    fields[field] = value;
  }
  const parsed = schema.safeParse(fields);
  if (!parsed.success) return { kind: "unreadable", why: `bad ${String(parsed.error.issues[0]?.path[0])}` };
  return { kind: "fields", fields: parsed.data };
}
