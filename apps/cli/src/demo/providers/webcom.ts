import { tooManyRequests } from "@hermod/simulator/faults";
import { startWebcom } from "@hermod/simulator/webcom";
import {
  delivered,
  expired,
  neverReported,
  notDelivered,
  type Plan,
  partlyDelivered,
} from "@hermod/simulator/webcom/plan";
import type { DemoProvider } from "../demo-provider.ts";
import { type Kinds, late, onceByKind, planByKind, soon } from "../kind.ts";

const ON_STOP_LIST = "79990000001";

const CONTRACT = { stopList: [ON_STOP_LIST], closedDirections: ["7800"], forbiddenText: /casino/i };

const KINDS = {
  delivered: { plan: (random) => delivered(soon(random)) },
  slow: { share: 0.08, plan: (random) => delivered(late(random)) },
  failed: { share: 0.06, plan: (random) => notDelivered(soon(random)) },
  expired: { share: 0.03, plan: (random) => expired(soon(random)) },
  partlyDelivered: { share: 0.01, plan: (random) => partlyDelivered(soon(random)), neverFinal: true },
  neverReported: { share: 0.02, plan: neverReported, neverFinal: true },
  throttled: {
    share: 0.01,
    most: 3,
    once: tooManyRequests(1),
    plan: (random) => delivered(soon(random)),
  },
  onStopList: { share: 0.01, plan: neverReported, letter: () => ({ to: `+${ON_STOP_LIST}` }) },
  moderated: {
    share: 0.01,
    plan: neverReported,
    letter: (code) => ({ content: { text: `Casino! Your code is ${code}` } }),
  },
  answerLost: {
    share: 0.03,
    once: { kind: "reset", accepted: true },
    plan: (random) => delivered(soon(random)),
  },
} satisfies Kinds<Plan>;

export const webcom: DemoProvider = {
  kinds: KINDS,
  letter: (code, n) => ({
    to: `+7${9_160_000_000 + (n % 1_000_000)}`,
    content: { text: `Your code is ${code}` },
  }),
  contract: CONTRACT,
  start: (seed) => startWebcom({ seed, ...CONTRACT, plan: planByKind(KINDS), fault: onceByKind(KINDS) }),
  ends: { deliver: "delivered", read: "read", not_deliver: "undelivered", expired: "expired" },
  idOf: ({ id }) => id,
};
