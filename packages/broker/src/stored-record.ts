import { Content, OnUnknown, Priority } from "@hermod/core/message";
import { type Denial, PHASES, SCOPES } from "@hermod/core/outcome";
import type { MessageRecord, Reason } from "@hermod/core/record";
import { STATES } from "@hermod/core/state";
import { z } from "zod";
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
const texts = z.record(z.string(), z.string());
/** Number() alone takes "" for 0. */
const count = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);

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

/** What the fields are once they are opened and parsed. */
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
