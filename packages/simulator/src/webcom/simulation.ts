import { z } from "zod";
import { lever } from "../lever.ts";
import { simulation } from "../simulation.ts";
import { DEFAULT_CONTRACT } from "./contract.ts";
import { FAULTS } from "./faults.ts";
import {
  delivered,
  expired,
  held,
  mixedPlan,
  neverReported,
  notDelivered,
  partlyDelivered,
  read,
} from "./plan.ts";
import { startWebcom, type WebcomSimulator } from "./server.ts";
import { PlanSetting, Settings } from "./settings.ts";

export const webcom = simulation({
  title: "Webcom Mobi (Russia)",
  settings: Settings,
  defaults: DEFAULT_CONTRACT,
  plans: () => ({
    mixed: mixedPlan,
    named: {
      delivered,
      read: (afterMs) => read(afterMs / 2, afterMs),
      "not-delivered": notDelivered,
      expired,
      "partly-delivered": partlyDelivered,
      held: (afterMs) => held(delivered(afterMs)),
      "never-reported": neverReported,
    },
    written: PlanSetting,
  }),
  faults: FAULTS,
  views: { pushes: ({ pushes }: WebcomSimulator) => pushes },
  levers: {
    "top-up": lever(
      "adds money to the account; messages that are held go out, as far as it reaches",
      z.strictObject({ money: z.number().min(0) }),
      ({ topUp }: WebcomSimulator, { money }) => topUp(money),
    ),
    stop: lever(
      "puts a number, in digits, on the stop list",
      z.strictObject({ number: z.string() }),
      ({ stop }: WebcomSimulator, { number }) => stop(number),
    ),
    locked: lever(
      "locks the account, or unlocks it",
      z.strictObject({ locked: z.boolean() }),
      ({ setLocked }: WebcomSimulator, { locked }) => setLocked(locked),
    ),
    "push-due": lever(
      "makes a round of pushes now; answers when it is over",
      z.strictObject({}),
      ({ pushDue }: WebcomSimulator) => pushDue(),
    ),
  },
  start: startWebcom,
});
