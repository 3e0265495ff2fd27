import { openEventPusher, type PushedEvent } from "../event-pusher.ts";
import { type ServerOptions, type Simulator, serve } from "../server.ts";
import { errorAnswer } from "./answers.ts";
import type { BitelMessage } from "./message.ts";
import { mixedPlan, mixedPlanV2 } from "./plan.ts";
import { type Contract, openProvider } from "./provider.ts";
import { eventsOf, type PushTarget } from "./push.ts";
import { basePath } from "./routes.ts";

export type BitelOptions = ServerOptions &
  Pick<Contract, "seed"> &
  Partial<Contract> & { readonly push?: PushTarget };

export interface BitelSimulator extends Simulator<BitelMessage> {
  /** The `url` with the path of the version: what a client is configured with. */
  readonly baseUrl: string;
  /** Every event that was posted, in order. */
  readonly pushed: readonly PushedEvent[];
  /** Sets where the events of messages go that are accepted from now on, as the project panel does. */
  setPush(target: PushTarget | undefined): void;
}

/** What holds unless the options say otherwise: docs/providers/bitel.md where it speaks, else our guess. */
export const DEFAULT_CONTRACT = {
  apiVersion: "v1",
  token: "secret",
  /** The local form of every example. */
  phonePattern: /^09\d{9}$/,
  /** The code the pages of the send calls name; InvalidPhoneNumber is only the example of another page. */
  wrongNumber: "InvalidRequest",
  gateways: ["10001000", "30003000"],
  duplicates: "each",
  blacklist: [],
  /** What the one part of the document's example costs. */
  tomanPerPart: 100,
  quirks: {},
  unknownId: errorAnswer("InvalidRequest"),
} as const satisfies Omit<Contract, "seed" | "plan">;

/** Starts Bitel's SMS API, of which docs/providers/bitel.md tells, in one of its versions. */
export async function startBitel(options: BitelOptions): Promise<BitelSimulator> {
  const plan = options.apiVersion === "v2" ? mixedPlanV2 : mixedPlan;
  const contract: Contract = { ...DEFAULT_CONTRACT, plan, ...options };
  const now = options.now ?? Date.now;
  const pusher = openEventPusher(now, eventsOf);
  pusher.setTarget(options.push);
  const simulator = await serve(openProvider(contract, now, pusher.follow), options);
  return {
    ...simulator,
    baseUrl: simulator.url + basePath(contract.apiVersion),
    pushed: pusher.pushed,
    setPush: pusher.setTarget,
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      await pusher[Symbol.asyncDispose]();
    },
  };
}
