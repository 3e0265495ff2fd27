import { Content, OnUnknown, Priority } from "@hermod/core/message";
import { type Denial, PHASES, SCOPES } from "@hermod/core/outcome";
import type { MessageRecord, Reason } from "@hermod/core/record";
import { STATES } from "@hermod/core/state";
import { z } from "zod";
import { count, json, oneOf, type Reader, word } from "./field-readers.ts";
import { StoredAttempt } from "./stored-attempt.ts";

/** Field of the record → field of the hash; which are sealed and which JSON says `record-codec.ts`. */
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

/** A field of the record. */
export type Field = keyof typeof NAMES;

const strings = z.array(z.string());
const texts = json(z.record(z.string(), z.string()));

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

const Tentative = z.object({
  state: z.enum(["undelivered", "rejected", "expired"]),
  code: z.string().exactOptional(),
  attempt: z.int().exactOptional(),
});

/** How each field is read once it is opened. By hand and not as one schema: every step of every message reads some thirty of them. */
const READERS = {
  revision: count,
  state: oneOf(STATES),
  reason: word as Reader<Reason>,
  code: word,
  account: word,
  releaseAt: count,
  deadlineAt: count,
  jobId: word,
  drivenAt: count,
  attempt: count,
  spent: count,
  crashes: count,
  absences: count,
  owner: word,
  attempts: json(z.array(StoredAttempt)),
  denial: json(DenialShape),
  references: json(z.record(z.string(), z.int().positive())),
  checks: count,
  checkedAt: count,
  parts: count,
  cost: word,
  currency: word,
  details: texts,
  tentative: json(Tentative),
  unmapped: word,
  submittedAt: count,
  finalAt: count,
  updatedAt: count,
  anomalies: json(strings),
  history: word,
  producer: word,
  priority: oneOf(Priority.options),
  route: json(strings),
  to: word,
  content: json(Content),
  routeRule: json(strings),
  metadata: texts,
  onUnknown: oneOf(OnUnknown.options),
  failoverAfterMs: count,
  bodyHash: word,
  acceptedAt: count,
  expiresAt: count,
  trace: word,
} as const satisfies { readonly [Name in Field]: Reader<unknown> };

type Read<Name extends Field> = Exclude<ReturnType<(typeof READERS)[Name]>, undefined>;

/** Fields that not every record has. */
const OPTIONAL = [
  "code",
  "owner",
  "denial",
  "references",
  "checkedAt",
  "parts",
  "cost",
  "currency",
  "details",
  "tentative",
  "unmapped",
  "submittedAt",
  "finalAt",
  "history",
  "content",
  "routeRule",
  "metadata",
  "failoverAfterMs",
  "trace",
] as const satisfies Field[];

type OptionalField = (typeof OPTIONAL)[number];

/** In the lean form a field is not written while it has this value, as most have in a message that waits. */
export const UNWRITTEN = {
  reason: "ready",
  producer: "default",
  onUnknown: "hold",
  jobId: "",
  attempt: 0,
  spent: 0,
  crashes: 0,
  absences: 0,
  attempts: [],
  checks: 0,
  anomalies: [],
  bodyHash: "",
} as const satisfies { readonly [Name in Field]?: unknown };

/** Nor is one while it has the value of another, which never changes. */
export const SAME_AS: { readonly [Name in Field]?: Field } = {
  releaseAt: "acceptedAt",
  deadlineAt: "expiresAt",
  drivenAt: "acceptedAt",
  updatedAt: "acceptedAt",
};

/** What some fields of a record hold; an attempt as it is stored. */
export type StoredFields<Name extends Field> = {
  readonly [Each in Exclude<Name, OptionalField>]: Read<Each>;
} & { readonly [Each in Name & OptionalField]?: Read<Each> };

/** A field as it is read. */
export interface FieldParts<Name extends Field = Field> {
  readonly field: Name;
  readonly name: string;
  readonly read: Reader<unknown>;
  /** Whether every record has it. */
  readonly isRequired: boolean;
  /** Its value where it is not written. */
  readonly unwritten: unknown;
  /** The one whose value it has where it is not written. */
  readonly sameAs: Field | undefined;
}

/** What is looked up once and not for each record. */
export function fieldParts<Name extends Field>(wanted: readonly Name[]): FieldParts<Name>[] {
  return wanted.map((field) => {
    const stands = field in UNWRITTEN;
    return {
      field,
      name: NAMES[field],
      read: READERS[field],
      isRequired: !stands && !OPTIONAL.some((one) => one === field),
      unwritten: stands ? UNWRITTEN[field as keyof typeof UNWRITTEN] : undefined,
      sameAs: SAME_AS[field],
    };
  });
}

/**
 * Reads some fields from the texts that lie under their names. `textOf` gives a field's text, opened: undefined when it is not
 * written, null when it cannot be opened.
 */
export function readFields<Name extends Field>(
  wanted: readonly FieldParts<Name>[],
  textOf: (field: Name, name: string) => string | null | undefined,
): { readonly kind: "fields"; readonly fields: StoredFields<Name> } | Unreadable {
  const fields: { [Each in Field]?: unknown } = {};
  const same: FieldParts<Name>[] = [];
  for (const parts of wanted) {
    const { field } = parts;
    const text = textOf(field, parts.name);
    if (text === null) return { kind: "unreadable", why: "sealed with another key" };
    if (text === undefined && parts.sameAs !== undefined) {
      same.push(parts);
      continue;
    }
    const value = text === undefined ? parts.unwritten : parts.read(text);
    // Left out, it would pass for a field that is absent: a message with lost attempts would be sent again.
    if (value === undefined && (text !== undefined || parts.isRequired))
      return { kind: "unreadable", why: `bad ${field}` };
    if (value !== undefined) fields[field] = value;
  }
  for (const { field, sameAs = field } of same) {
    if (fields[sameAs] === undefined) return { kind: "unreadable", why: `bad ${field}` };
    fields[field] = fields[sameAs];
  }
  return { kind: "fields", fields: fields as StoredFields<Name> };
}

/** Something lies there that this version cannot read and must not touch. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly why: string;
}
