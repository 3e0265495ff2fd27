import { type ServerOptions, type Simulator, serve } from "../server.ts";
import { openBox } from "./box.ts";
import { openDoor } from "./door.ts";
import type { UltroamMessage } from "./message.ts";
import { mixedPlan } from "./plan.ts";
import type { Registration } from "./ports.ts";
import { type Contract, openProvider } from "./provider.ts";
import { openPusher, type PushedEvent, type PushTarget } from "./push.ts";

export type UltroamOptions = ServerOptions &
  Pick<Contract, "seed"> &
  Partial<Contract> & { readonly push?: PushTarget };

export interface UltroamSimulator extends Simulator<UltroamMessage> {
  /** Every body that was posted, in order. */
  readonly pushed: readonly PushedEvent[];
  /** Sets where the events of messages go that are taken from now on. */
  setPush(target: PushTarget | undefined): void;
  /** Sets how many messages leave the queue in a second, those that wait as well: 0 keeps them, Infinity lets them go. */
  setDrain(perSecond: number): void;
  /** Takes a port out of the network, or brings it back; without any, sends get 550. */
  setRegistration(port: number, registration: Registration): void;
  setPassword(password: string): void;
  /** Makes every nonce a stale one. */
  forgetNonces(): void;
  /** Forgets records, nonces and events to come; what waits in the queue is never sent, unless the queue is kept. */
  reboot(queue?: "lost" | "kept"): void;
}

/** What holds unless the options say otherwise: docs/providers/ultroam.md where it speaks, else our guess. */
export const DEFAULT_CONTRACT = {
  /** Those of every example. */
  username: "admin",
  password: "admin",
  auth: "digest",
  realm: "Web Server",
  nonceLifetimeMs: 300_000,
  nonceUses: Number.POSITIVE_INFINITY,
  unauthenticatedPost: "challenge",
  sn: "xxxx-xxxx-xxxx-xxxx",
  numberPattern: /^\+?\d+$/,
  largestText: { bytes: 1500, characters: 670 },
  largestUserId: 2_147_483_647,
  largestUserIdList: 32,
  ports: 8,
  drainPerSecond: Number.POSITIVE_INFINITY,
  queueCapacity: Number.POSITIVE_INFINITY,
  queueFull: 500,
  queuedRecords: "hidden",
  queueCall: "query_sms_in_queue",
  timeZone: "UTC",
  clockErrorMs: 0,
  plan: mixedPlan,
  quirks: {},
} as const satisfies Omit<Contract, "seed">;

/** Starts an Ultroam gateway, of which docs/providers/ultroam.md tells. */
export async function startUltroam(options: UltroamOptions): Promise<UltroamSimulator> {
  const contract: Contract = { ...DEFAULT_CONTRACT, ...options };
  const now = options.now ?? Date.now;
  const box = openBox(contract);
  const door = openDoor(contract, now);
  const pusher = openPusher({ ...contract, leavesAt: box.leavesAt }, now);
  pusher.setTarget(options.push);
  const simulator = await serve(openProvider(contract, box, door, now, pusher.follow), options);
  return {
    ...simulator,
    pushed: pusher.pushed,
    setPush: pusher.setTarget,
    setDrain: (perSecond) => box.setDrain(perSecond, now()),
    setRegistration: box.ports.setRegistration,
    setPassword: door.setPassword,
    forgetNonces: door.forgetNonces,
    reboot(queue = "lost") {
      box.reboot(queue, now());
      door.forgetNonces();
      pusher.forget();
    },
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      await pusher[Symbol.asyncDispose]();
    },
  };
}
