import { LOCALHOST_CERTIFICATE, LOCALHOST_CERTIFICATE_FILE } from "@hermod/simulator/localhost-certificate";
import { startUltroam } from "@hermod/simulator/ultroam";
import { refused } from "@hermod/simulator/ultroam/faults";
import {
  delivered,
  failed,
  neverReported,
  neverSent,
  type Plan,
  undelivered,
} from "@hermod/simulator/ultroam/plan";
import type { DemoProvider } from "../demo-provider.ts";
import { type Kinds, late, onceByKind, planByKind, soon } from "../kind.ts";

/** With Digest, and as some units have it: a POST without credentials is dropped, and a nonce does not hold for long. */
const CONTRACT = {
  auth: "digest",
  unauthenticatedPost: "drop",
  nonceUses: 20,
  numberPattern: /^7(?!999)\d{10}$/,
} as const;

/** Validity period expired, a permanent error of docs/providers/ultroam.md §6. */
const VALIDITY_EXPIRED = 70;

const KINDS = {
  delivered: { plan: (random) => delivered(soon(random)) },
  slow: { share: 0.08, plan: (random) => delivered(late(random)) },
  failed: { share: 0.04, plan: (random) => failed(soon(random)) },
  undelivered: { share: 0.03, plan: (random) => undelivered(soon(random), VALIDITY_EXPIRED) },
  sentOnly: { share: 0.02, plan: (random) => neverReported(soon(random)), neverFinal: true },
  neverSent: { share: 0.01, plan: neverSent, neverFinal: true },
  // No time comes with it, so that the box rests for five seconds.
  noPort: { share: 0.01, most: 1, once: refused(550), plan: (random) => delivered(soon(random)) },
  wrongNumber: { share: 0.03, plan: neverSent, letter: () => ({ to: "+79990000001" }) },
  answerLost: {
    share: 0.03,
    once: { kind: "reset", accepted: true },
    plan: (random) => delivered(soon(random)),
  },
} satisfies Kinds<Plan>;

export const ultroam: DemoProvider = {
  kinds: KINDS,
  letter: (code, n) => ({
    to: `+7${9_260_000_000 + (n % 1_000_000)}`,
    content: { text: `Your code is ${code}` },
  }),
  contract: CONTRACT,
  caFile: LOCALHOST_CERTIFICATE_FILE,
  start: (seed) =>
    startUltroam({
      seed,
      ...CONTRACT,
      tls: LOCALHOST_CERTIFICATE,
      plan: planByKind(KINDS),
      fault: onceByKind(KINDS),
    }),
  ends: { DELIVERED: "delivered", FAILED: "undelivered" },
  // The box gives a message no id: it is followed by ours.
  idOf: (accepted) => ("userId" in accepted ? String(accepted.userId) : ""),
};
