import { startBitel } from "@hermod/simulator/bitel";
import { delivered, deliveredAfterAll, failed, neverReported, type Plan } from "@hermod/simulator/bitel/plan";
import { tooManyRequests } from "@hermod/simulator/faults";
import type { DemoProvider } from "../demo-provider.ts";
import { type Kinds, late, onceByKind, planByKind, soon } from "../kind.ts";

const CONTRACT = { phonePattern: /^09(?!20)\d{9}$/ };

const KINDS = {
  delivered: { plan: (random) => delivered(soon(random)) },
  slow: { share: 0.06, plan: (random) => delivered(late(random)) },
  // DELIVERY_FAILED is the end only if nothing else comes: it says that the user was probably unreachable.
  deliveredAfterAll: { share: 0.03, plan: (random) => deliveredAfterAll(soon(random), late(random)) },
  unreachable: {
    share: 0.01,
    plan: (random) => failed(soon(random), "DELIVERY_FAILED"),
    neverFinal: true,
  },
  blacklist: { share: 0.03, plan: (random) => failed(soon(random), "BLACKLIST") },
  error: { share: 0.03, plan: (random) => failed(soon(random), "ERROR") },
  checkError: { share: 0.01, plan: (random) => failed(soon(random), "CHECK_ERROR") },
  neverReported: { share: 0.02, plan: neverReported, neverFinal: true },
  throttled: {
    share: 0.01,
    most: 3,
    once: tooManyRequests(1),
    plan: (random) => delivered(soon(random)),
  },
  wrongNumber: { share: 0.03, plan: neverReported, letter: () => ({ to: "+989200000001" }) },
} satisfies Kinds<Plan>;

export const bitel: DemoProvider = {
  kinds: KINDS,
  letter: (code, n) => ({
    to: `+98${9_121_000_000 + (n % 1_000_000)}`,
    content: { text: `Your code is ${code}` },
  }),
  contract: CONTRACT,
  start: (seed, pushUrl) =>
    startBitel({
      seed,
      ...CONTRACT,
      plan: planByKind(KINDS),
      fault: onceByKind(KINDS),
      ...(pushUrl === undefined ? {} : { push: { url: pushUrl } }),
    }),
  pushes: true,
  ends: {
    DELIVERED: "delivered",
    DELIVERY_FAILED: "undelivered",
    BLACKLIST: "undelivered",
    ERROR: "undelivered",
    CHECK_ERROR: "undelivered",
  },
  idOf: ({ id }) => id,
};
