import { startEtelecom } from "@hermod/simulator/etelecom";
import { delivered, failed, neverReported, type Plan } from "@hermod/simulator/etelecom/plan";
import { tooManyRequests } from "@hermod/simulator/faults";
import type { DemoProvider } from "../demo-provider.ts";
import { type Kinds, late, onceByKind, planByKind, soon } from "../kind.ts";

/** A template that goes out by ZNS alone, while the account sends by SMS. */
const OTHER_CHANNEL = "ZALO_ONLY";

const CONTRACT = {
  templates: {
    OTP: { params: { otp: /^[0-9A-Za-z-]{1,64}$/ } },
    [OTHER_CHANNEL]: { params: {}, channels: ["1"] },
  },
};

const KINDS = {
  delivered: { plan: (random) => delivered(soon(random)) },
  slow: { share: 0.08, plan: (random) => delivered(late(random)) },
  failed: { share: 0.07, plan: (random) => failed(soon(random), "23") },
  neverReported: { share: 0.03, plan: neverReported, neverFinal: true },
  throttled: {
    share: 0.01,
    most: 3,
    once: tooManyRequests(1),
    plan: (random) => delivered(soon(random)),
  },
  unknownTemplate: {
    share: 0.01,
    plan: neverReported,
    letter: (otp) => ({ content: { template: "NO_SUCH_TEMPLATE", params: { otp } } }),
  },
  wrongParameter: {
    share: 0.01,
    plan: neverReported,
    letter: (otp) => ({ content: { template: "OTP", params: { otp: `${otp} !` } } }),
  },
  noRouting: {
    share: 0.01,
    plan: neverReported,
    letter: (otp) => ({ content: { template: OTHER_CHANNEL, params: { otp } } }),
  },
} satisfies Kinds<Plan>;

export const etelecom: DemoProvider = {
  kinds: KINDS,
  letter: (otp, n) => ({
    to: `+84${836_000_000 + (n % 1_000_000)}`,
    content: { template: "OTP", params: { otp } },
  }),
  contract: CONTRACT,
  start: (seed) => startEtelecom({ seed, ...CONTRACT, plan: planByKind(KINDS), fault: onceByKind(KINDS) }),
  ends: { SUCCESS: "delivered", FAIL: "undelivered" },
  idOf: ({ id }) => id,
};
