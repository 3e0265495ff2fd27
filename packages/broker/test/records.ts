import type { MessageRecord, Reason } from "@hermod/core/record";
import { STATES } from "@hermod/core/state";
import fc from "fast-check";
import { idOf } from "./samples.ts";

/** Some of one moment: such times are not written twice. */
const at = fc.oneof(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.constantFrom(0, 1, 1_750_000_000_000));
const count = fc.oneof(fc.nat(), fc.constant(0));
const word = fc.string({ unit: "grapheme" });
/** Words may look like anything: like numbers, sealed text or JSON. */
const text = fc.oneof(word, fc.constantFrom("~1.k1.AAAA", "~0", "~", "{}", "[", "null", "0012", '"'));
const name = fc.string({ minLength: 1 }).filter((key) => key !== "__proto__");
const texts = fc.dictionary(name, text, { noNullPrototype: true });
const reasons: Reason[] = ["ready", "retry", "no_answer", "by_network"];

const attempt = fc.record(
  {
    n: count,
    account: word,
    verdict: fc.constantFrom("open" as const, "maybeSent" as const, "accepted" as const),
    providerId: text,
    batchId: text,
    place: fc.tuple(count, fc.integer({ min: 1 })),
  },
  { requiredKeys: ["n", "account", "verdict"], noNullPrototype: true },
);

const denial = fc.oneof(
  fc.record(
    { kind: fc.constant("notSent" as const), phase: fc.constant("connect" as const), detail: text },
    { requiredKeys: ["kind", "phase"], noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant("throttled" as const),
      retryAfterMs: count,
      scope: fc.constantFrom("message" as const, "account" as const),
    },
    { requiredKeys: ["kind", "scope"], noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant("rejected" as const),
      scope: fc.constant("recipient" as const),
      code: text,
      providerCode: text,
    },
    { noNullPrototype: true },
  ),
);

const content = fc.oneof(
  fc.record({ text: text.filter((own) => own !== "") }, { noNullPrototype: true }),
  fc.record({ template: fc.constant("OTP"), params: texts }, { noNullPrototype: true }),
);

/** Any record, and any change of it: the fields of one id only, and each optional one there or not. */
export const anyRecord: fc.Arbitrary<MessageRecord> = fc.record(
  {
    id: fc.constant(idOf(1)),
    revision: count,
    producer: fc.oneof(word, fc.constant("default")),
    priority: fc.constantFrom("urgent" as const, "normal" as const, "bulk" as const),
    route: fc.array(word, { minLength: 1, maxLength: 3 }),
    to: text,
    content,
    routeRule: fc.array(word, { minLength: 1, maxLength: 3 }),
    metadata: texts,
    onUnknown: fc.constantFrom("hold" as const, "resend" as const),
    bodyHash: fc.oneof(text, fc.constant("")),
    acceptedAt: at,
    expiresAt: at,
    state: fc.constantFrom(...STATES),
    reason: fc.constantFrom(...reasons),
    code: text,
    account: word,
    releaseAt: at,
    deadlineAt: at,
    jobId: fc.oneof(word, fc.constant("")),
    drivenAt: at,
    attempt: count,
    spent: count,
    crashes: count,
    absences: count,
    owner: word,
    attempts: fc.array(attempt, { maxLength: 3 }),
    denial,
    checks: count,
    parts: count,
    cost: text,
    details: texts,
    tentative: fc.record(
      { state: fc.constant("undelivered" as const), code: text },
      { requiredKeys: ["state"], noNullPrototype: true },
    ),
    unmapped: text,
    submittedAt: at,
    finalAt: at,
    updatedAt: at,
    anomalies: fc.array(text, { maxLength: 3 }),
    history: text,
    failoverAfterMs: count,
  },
  {
    requiredKeys: [
      "id",
      "revision",
      "producer",
      "priority",
      "route",
      "to",
      "onUnknown",
      "bodyHash",
      "acceptedAt",
      "expiresAt",
      "state",
      "reason",
      "account",
      "releaseAt",
      "deadlineAt",
      "jobId",
      "drivenAt",
      "attempt",
      "spent",
      "crashes",
      "absences",
      "attempts",
      "checks",
      "updatedAt",
      "anomalies",
    ],
    noNullPrototype: true,
  },
);
