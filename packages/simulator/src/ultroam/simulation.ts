import { z } from "zod";
import { lever } from "../lever.ts";
import { Amount } from "../setting.ts";
import { simulation } from "../simulation.ts";
import { FAULTS } from "./faults.ts";
import { delivered, failed, mixedPlan, neverReported, neverSent, undelivered } from "./plan.ts";
import { REGISTRATIONS } from "./ports.ts";
import { DEFAULT_CONTRACT, startUltroam, type UltroamSimulator } from "./server.ts";
import { PlanSetting, PushSetting, Settings } from "./settings.ts";

export const ultroam = simulation({
  title: "Ultroam GSM gateway",
  settings: Settings,
  defaults: DEFAULT_CONTRACT,
  plans: () => ({
    mixed: mixedPlan,
    named: {
      delivered,
      failed,
      undelivered: (afterMs) => undelivered(afterMs, 70),
      "never-reported": neverReported,
      "never-sent": neverSent,
    },
    written: PlanSetting,
  }),
  faults: FAULTS,
  views: { pushes: ({ pushed }: UltroamSimulator) => pushed },
  levers: {
    push: lever(
      "where the events of messages go that are taken from now on; null for nowhere",
      z.strictObject({ target: PushSetting.nullable() }),
      ({ setPush }: UltroamSimulator, { target }) => setPush(target ?? undefined),
    ),
    drain: lever(
      "how many messages leave the queue in a second; 0 keeps them all",
      z.strictObject({ perSecond: Amount }),
      ({ setDrain }: UltroamSimulator, { perSecond }) => setDrain(perSecond),
    ),
    registration: lever(
      "takes a port out of the network, or brings it back; without any, sends get 550",
      z.strictObject({ port: z.int().min(0).max(31), registration: z.enum(REGISTRATIONS) }),
      ({ setRegistration }: UltroamSimulator, { port, registration }) => setRegistration(port, registration),
    ),
    password: lever(
      "changes the password of the box",
      z.strictObject({ password: z.string() }),
      ({ setPassword }: UltroamSimulator, { password }) => setPassword(password),
    ),
    "forget-nonces": lever(
      "makes every nonce of Digest a stale one",
      z.strictObject({}),
      ({ forgetNonces }: UltroamSimulator) => forgetNonces(),
    ),
    reboot: lever(
      "forgets records, nonces and events to come; what waits in the queue is lost, unless it is kept",
      z.strictObject({ queue: z.enum(["lost", "kept"]).default("lost") }),
      ({ reboot }: UltroamSimulator, { queue }) => reboot(queue),
    ),
  },
  start: startUltroam,
});
