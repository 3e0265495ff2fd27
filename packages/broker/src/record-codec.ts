import { Content, OnUnknown, Priority } from "@hermod/core/message";
import { type Denial, PHASES, SCOPES } from "@hermod/core/outcome";
import type { Attempt, MessageRecord, Reason } from "@hermod/core/record";
import { STATES } from "@hermod/core/state";
import { z } from "zod";
import type { FieldCipher } from "./field-cipher.ts";
import { parseJson } from "./parse-json.ts";

/** A record as it lies in Redis: a hash with short field names. `v` is the revision. */
export type RecordHash = Record<string, string>;

/** Version of this layout. A worker leaves records of a version that it does not know untouched. */
const LAYOUT = "1";

/** Field of the record → field of the hash; those in PRIVATE are sealed, those in JSON_FIELDS are JSON. */
export const NAMES = {
  revision: "v",
  state: "s",
  reason: "r",
  code: "rc",
  account: "a",
  releaseAt: "ra",
  deadlineAt: "da",
  jobId: "j",
  drivenAt: "ja",
  attempt: "n",
  spent: "sp",
  crashes: "cr",
  absences: "ab",
  owner: "o",
  attempts: "as",
  denial: "dn",
  references: "rf",
  checks: "k",
  checkedAt: "ka",
  parts: "pt",
  cost: "co",
  currency: "cu",
  details: "dt",
  tentative: "tt",
  unmapped: "um",
  submittedAt: "su",
  finalAt: "fi",
  updatedAt: "up",
  anomalies: "an",
  history: "h",
  producer: "p",
  priority: "l",
  route: "rt",
  to: "to",
  content: "c",
  routeRule: "rr",
  metadata: "md",
  onUnknown: "ou",
  failoverAfterMs: "fo",
  bodyHash: "bh",
  acceptedAt: "at",
  expiresAt: "xa",
  trace: "tr",
} as const satisfies Record<Exclude<keyof MessageRecord, "id">, string>;

const PRIVATE: ReadonlySet<string> = new Set(["to", "content", "bodyHash"]);
/**
 * Redis keeps a hash packed, at a third of the memory, only while no value is longer than 64 bytes (`hash-max-listpack-value`). Long
 * private texts lie in pieces: `c`, `c1`, `c2`, … One who does not know of pieces finds the first alone to be no JSON, or not
 * sealed with any key, and leaves the record untouched.
 */
const PIECE_BYTES = 64;

function piecesOf(text: string): string[] {
  const isAscii = Buffer.byteLength(text) === text.length;
  // A character may take four bytes.
  const characters = isAscii ? text : [...text];
  const size = isAscii ? PIECE_BYTES : PIECE_BYTES / 4;
  const count = Math.max(1, Math.ceil(characters.length / size));
  return Array.from({ length: count }, (_, index) => {
    const piece = characters.slice(index * size, (index + 1) * size);
    return typeof piece === "string" ? piece : piece.join("");
  });
}

function joined(hash: RecordHash, name: string): string | undefined {
  let text = hash[name];
  for (let index = 1; text !== undefined; index += 1) {
    const piece = hash[`${name}${index}`];
    if (piece === undefined) return text;
    text += piece;
  }
  return text;
}

/** Names of the pieces of a field. */
function pieceNames(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}${index}`));
}

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

export type Field = keyof typeof NAMES;
const FIELDS = Object.entries(NAMES) as [Field, string][];

const strings = z.array(z.string());
const texts = z.record(z.string(), z.string());
/** Number() alone takes "" for 0. */
const count = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const VERDICTS = ["open", "maybeSent", "accepted"] as const satisfies Attempt["verdict"][];

/**
 * An attempt as a short list: number, account (its place in the route), verdict (its place above), provider
 * id, batch id and, where there is one, its place in the batch. Redis keeps a hash packed, at a third of the memory, only while no value is longer than 64
 * bytes.
 */
const StoredAttempt = z.tuple([
  z.int(),
  z.union([z.int(), z.string()]),
  z
    .int()
    .min(0)
    .max(VERDICTS.length - 1),
  z.string().nullable(),
  z.string().nullable(),
  z.tuple([z.int().min(0), z.int().min(1)]).exactOptional(),
]);

function packed({ route }: MessageRecord, { n, account, verdict, providerId, batchId, place }: Attempt) {
  const at = route.indexOf(account);
  const ids = [providerId ?? null, batchId ?? null];
  return [
    n,
    at < 0 ? account : at,
    VERDICTS.indexOf(verdict),
    ...ids,
    ...(place === undefined ? [] : [place]),
  ];
}

export function unpacked(
  route: readonly string[],
  [n, account, verdict, providerId, batchId, place]: z.infer<typeof StoredAttempt>,
): Attempt {
  return {
    n,
    account: typeof account === "string" ? account : (route[account] ?? ""),
    verdict: VERDICTS[verdict] ?? "maybeSent",
    ...(providerId === null ? {} : { providerId }),
    ...(batchId === null ? {} : { batchId }),
    ...(place === undefined ? {} : { place }),
  };
}

const DenialShape: z.ZodType<Denial> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("notSent"), phase: z.enum(PHASES), detail: z.string().exactOptional() }),
  z.object({
    kind: z.literal("throttled"),
    retryAfterMs: z.number().exactOptional(),
    scope: z.enum(["message", "account"]),
  }),
  z.object({
    kind: z.literal("rejected"),
    scope: z.enum(SCOPES),
    code: z.string(),
    providerCode: z.string(),
  }),
]);

export const Stored = z.object({
  revision: count,
  state: z.enum(STATES),
  reason: z.string().transform((word) => word as Reason),
  code: z.string().exactOptional(),
  account: z.string(),
  releaseAt: count,
  deadlineAt: count,
  jobId: z.string(),
  drivenAt: count,
  attempt: count,
  spent: count,
  crashes: count.default(0),
  absences: count.default(0),
  owner: z.string().exactOptional(),
  attempts: z.array(StoredAttempt).default([]),
  denial: DenialShape.exactOptional(),
  references: z.record(z.string(), z.int().positive()).exactOptional(),
  checks: count,
  checkedAt: count.exactOptional(),
  parts: count.exactOptional(),
  cost: z.string().exactOptional(),
  currency: z.string().exactOptional(),
  details: texts.exactOptional(),
  tentative: z
    .object({
      state: z.enum(["undelivered", "rejected", "expired"]),
      code: z.string().exactOptional(),
      attempt: z.int().exactOptional(),
    })
    .exactOptional(),
  unmapped: z.string().exactOptional(),
  submittedAt: count.exactOptional(),
  finalAt: count.exactOptional(),
  updatedAt: count,
  anomalies: strings.default([]),
  history: z.string().exactOptional(),
  producer: z.string(),
  priority: Priority,
  route: strings,
  to: z.string(),
  content: Content.exactOptional(),
  routeRule: strings.exactOptional(),
  metadata: texts.exactOptional(),
  onUnknown: OnUnknown,
  failoverAfterMs: count.exactOptional(),
  bodyHash: z.string(),
  acceptedAt: count,
  expiresAt: count,
  trace: z.string().exactOptional(),
});

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
