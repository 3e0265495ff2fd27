import { z } from "zod";
import { lever } from "../lever.ts";
import { Amount } from "../setting.ts";
import { simulation } from "../simulation.ts";
import { FAULTS } from "./faults.ts";
import { delivered, failed, mixedPlan, neverReported } from "./plan.ts";
import { DEFAULT_CONTRACT, type EtelecomSimulator, startEtelecom } from "./server.ts";
import { PlanSetting, PushSetting, Settings } from "./settings.ts";

export const etelecom = simulation({
  title: "eTelecom Omni (Vietnam)",
  settings: Settings,
  defaults: DEFAULT_CONTRACT,
  plans: () => ({
    mixed: mixedPlan,
    named: { delivered, failed: (afterMs) => failed(afterMs, "23"), "never-reported": neverReported },
    written: PlanSetting,
  }),
  faults: FAULTS,
  views: { pushes: ({ pushed }: EtelecomSimulator) => pushed },
  levers: {
    push: lever(
      "where the events of messages go that are taken from now on; null for nowhere",
      z.strictObject({ target: PushSetting.nullable() }),
      ({ setPush }: EtelecomSimulator, { target }) => setPush(target ?? undefined),
    ),
    quota: lever(
      "how many more messages are accepted before -3",
      z.strictObject({ messages: Amount }),
      ({ setQuota }: EtelecomSimulator, { messages }) => setQuota(messages),
    ),
  },
  start: startEtelecom,
});
