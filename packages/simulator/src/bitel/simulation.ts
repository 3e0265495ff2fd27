import { z } from "zod";
import { lever } from "../lever.ts";
import { simulation } from "../simulation.ts";
import { FAULTS } from "./faults.ts";
import { delivered, deliveredAfterAll, failed, mixedPlan, mixedPlanV2, neverReported } from "./plan.ts";
import { type BitelSimulator, DEFAULT_CONTRACT, startBitel } from "./server.ts";
import { PlanSetting, PushSetting, Settings } from "./settings.ts";

export const bitel = simulation({
  title: "Bitel SMS API (Iran)",
  settings: Settings,
  defaults: DEFAULT_CONTRACT,
  plans: ({ apiVersion }) => ({
    mixed: apiVersion === "v2" ? mixedPlanV2 : mixedPlan,
    named: {
      delivered,
      "delivery-failed": (afterMs) => failed(afterMs, "DELIVERY_FAILED"),
      "delivered-after-all": (afterMs) => deliveredAfterAll(afterMs / 2, afterMs),
      blacklist: (afterMs) => failed(afterMs, "BLACKLIST"),
      error: (afterMs) => failed(afterMs, "ERROR"),
      "check-error": (afterMs) => failed(afterMs, "CHECK_ERROR"),
      "never-reported": neverReported,
    },
    written: PlanSetting,
  }),
  faults: FAULTS,
  views: { pushes: ({ pushed }: BitelSimulator) => pushed },
  levers: {
    push: lever(
      "where the events of messages go that are taken from now on; null for nowhere",
      z.strictObject({ target: PushSetting.nullable() }),
      ({ setPush }: BitelSimulator, { target }) => setPush(target ?? undefined),
    ),
  },
  start: startBitel,
});
