import { openEventPusher, type PushedEvent } from "../event-pusher.ts";
import { type ServerOptions, type Simulator, serve } from "../server.ts";
import { statusAnswer } from "./answers.ts";
import { mixedPlan } from "./plan.ts";
import { type Contract, type Etelecom, openProvider } from "./provider.ts";
import { eventsOf, type PushTarget } from "./push.ts";
import { type EtelecomMessage, UNKNOWN_ID } from "./status.ts";

export type EtelecomOptions = ServerOptions &
  Pick<Contract, "seed"> &
  Partial<Contract> & { readonly push?: PushTarget };

export interface EtelecomSimulator extends Simulator<EtelecomMessage>, Pick<Etelecom, "setQuota"> {
  /** Every event that was posted, in order. */
  readonly pushed: readonly PushedEvent[];
  /** Sets where the events of messages go that are accepted from now on, as eTelecom's staff does. */
  setPush(target: PushTarget | undefined): void;
}

/** What holds unless the options say otherwise: the send and status documents where they speak, else our guess. */
export const DEFAULT_CONTRACT = {
  username: "hermod",
  password: "secret",
  allowedAddresses: "all",
  quota: Number.POSITIVE_INFINITY,
  /** The "format 84" the send document recommends; it leaves open whether 0… or +84… pass. The length is ours. */
  phonePattern: /^84\d{9,10}$/,
  templates: { OTP: { params: { otp: /^[0-9A-Za-z-]{1,64}$/ } } },
  /** The words for ZNS and AutoCall are ours; the one for SMS was seen in public clients. */
  channels: { "1": "zns", "2": "autocall", "3": "brandnamesms" },
  routeRule: "either",
  plan: mixedPlan,
  quirks: {},
  unknownId: statusAnswer(UNKNOWN_ID, {}),
} as const satisfies Omit<Contract, "seed">;

/** Starts eTelecom's Omni API as its "Send SMS" and "Get message status" pages describe it. */
export async function startEtelecom(options: EtelecomOptions): Promise<EtelecomSimulator> {
  const contract: Contract = { ...DEFAULT_CONTRACT, ...options };
  const now = options.now ?? Date.now;
  const pusher = openEventPusher(now, (message: EtelecomMessage, target: PushTarget) =>
    eventsOf(message, target, contract.channels),
  );
  pusher.setTarget(options.push);
  const { setQuota, ...provider } = openProvider(contract, now, pusher.follow);
  const simulator = await serve(provider, options);
  return {
    ...simulator,
    setQuota,
    pushed: pusher.pushed,
    setPush: pusher.setTarget,
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      await pusher[Symbol.asyncDispose]();
    },
  };
}
