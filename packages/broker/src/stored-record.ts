import { Content, OnUnknown, Priority } from "@hermod/core/message";
import { type Denial, PHASES, SCOPES } from "@hermod/core/outcome";
import type { Reason } from "@hermod/core/record";
import { STATES } from "@hermod/core/state";
import { z } from "zod";
import { count, json, oneOf, type Reader, word } from "./field-readers.ts";
import { type Field, NAMES } from "./record-fields.ts";
import { StoredAttempt } from "./stored-attempt.ts";

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

interface FieldParts<Name extends Field> {
  readonly field: Name;
  readonly read: Reader<unknown>;
}

/** Fields that are wanted of records: what is looked up once and not for each record. */
export interface Wanted<Name extends Field> {
  /** Their names in the hash. */
  readonly names: readonly string[];
  readonly byName: ReadonlyMap<string, FieldParts<Name>>;
  /** The values of those that are not written while they have them. */
  readonly unwritten: Readonly<Partial<Record<Field, unknown>>>;
  /** Those that have the value of another one where they are not written. */
  readonly same: readonly { readonly field: Name; readonly sameAs: Field }[];
  /** Those that every record has. */
  readonly required: readonly Name[];
}

export function wantedFields<Name extends Field>(fields: readonly Name[]): Wanted<Name> {
  const values: Readonly<Partial<Record<Field, unknown>>> = UNWRITTEN;
  const isUnwritten = (field: Field): boolean => field in values;
  return {
    names: fields.map((field) => NAMES[field]),
    byName: new Map(fields.map((field) => [NAMES[field], { field, read: READERS[field] }])),
    unwritten: Object.fromEntries(fields.filter(isUnwritten).map((field) => [field, values[field]])),
    same: fields.flatMap((field) => {
      const sameAs = SAME_AS[field];
      return sameAs === undefined ? [] : [{ field, sameAs }];
    }),
    required: fields.filter((field) => !isUnwritten(field) && !OPTIONAL.some((one) => one === field)),
  };
}

/**
 * Reads the wanted fields of a hash from its names and values in turn. `opened` gives the text of a field, whole and opened: null when
 * it cannot be. What has another name is a piece of a field, or of a later version.
 */
export function readFields<Name extends Field>(
  { byName, unwritten, same, required }: Wanted<Name>,
  words: readonly string[],
  opened: (field: Name, name: string, text: string) => string | null,
): { readonly kind: "fields"; readonly fields: StoredFields<Name> } | Unreadable {
  const fields: { [Each in Field]?: unknown } = { ...unwritten };
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index] ?? "";
    const parts = byName.get(name);
    if (parts === undefined) continue;
    const { field } = parts;
    const text = opened(field, name, words[index + 1] ?? "");
    if (text === null) return { kind: "unreadable", why: "sealed with another key" };
    const value = parts.read(text);
    // Left out, it would pass for a field that is absent: a message with lost attempts would be sent again.
    if (value === undefined) return { kind: "unreadable", why: `bad ${field}` };
    fields[field] = value;
  }
  for (const { field, sameAs } of same) if (fields[field] === undefined) fields[field] = fields[sameAs];
  for (const field of required) {
    if (fields[field] === undefined) return { kind: "unreadable", why: `bad ${field}` };
  }
  return { kind: "fields", fields: fields as StoredFields<Name> };
}

/** Something lies there that this version cannot read and must not touch. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly why: string;
}
