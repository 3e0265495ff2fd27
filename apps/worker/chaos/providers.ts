import { startBitel } from "@hermod/simulator/bitel";
import { unauthorized } from "@hermod/simulator/bitel/faults";
import * as bitel from "@hermod/simulator/bitel/plan";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { refused } from "@hermod/simulator/etelecom/faults";
import * as etelecom from "@hermod/simulator/etelecom/plan";
import type { GroundTruth } from "@hermod/simulator/ground-truth";
import type { Random } from "@hermod/simulator/random";
import { startUltroam } from "@hermod/simulator/ultroam";
import { forbidden } from "@hermod/simulator/ultroam/faults";
import * as ultroam from "@hermod/simulator/ultroam/plan";
import { startWebcom } from "@hermod/simulator/webcom";
import { requestRefused } from "@hermod/simulator/webcom/faults";
import * as webcom from "@hermod/simulator/webcom/plan";
import { type Misbehaviour, openMisbehaviour } from "./misbehaviour.ts";
import { tagIn } from "./tag.ts";

export const PROVIDER_NAMES = ["webcom", "ultroam", "etelecom", "bitel"] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** What became of a message that a provider took. */
export type Fate = "delivered" | "undelivered" | "expired" | "other";

/** A provider that misbehaves, and what really happened there, by the tags of the messages. */
export interface ChaosProvider {
  readonly name: ProviderName;
  /** What its account is configured with, beside the limits. */
  readonly account: Readonly<Record<string, unknown>>;
  behave(): void;
  /** The fates of every copy that was taken. */
  taken(): ReadonlyMap<string, readonly Fate[]>;
  /** How often each message was written without a proof that it was refused. */
  writes(): ReadonlyMap<string, number>;
}

export interface ProviderOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly timeoutMs: number;
}

/** Most messages arrive, some do not; each of them is reported soon. */
const UNDELIVERED = 0.15;

type Started = AsyncDisposable & { readonly url: string; readonly log: GroundTruth };

/** Starts these providers; they end with the stack. */
export async function startProviders(
  names: readonly ProviderName[],
  options: ProviderOptions,
  stack: AsyncDisposableStack,
): Promise<ChaosProvider[]> {
  return await Promise.all(names.map((name) => START[name](options, stack)));
}

const START: Record<
  ProviderName,
  (options: ProviderOptions, stack: AsyncDisposableStack) => Promise<ChaosProvider>
> = {
  async webcom(options, stack) {
    const faults = openMisbehaviour({ ...options, name: "webcom", outage: requestRefused("locked") });
    const plan = planned(webcom.delivered, webcom.notDelivered);
    const simulator = stack.use(await startWebcom({ seed: options.seed, fault: faults.choose, plan }));
    const account = { login: "hermod", password: "secret", sender: "Hermod", statusBatch: 20 };
    return provider("webcom", simulator, faults, account, {
      deliver: "delivered",
      not_deliver: "undelivered",
      expired: "expired",
    });
  },
  async ultroam(options, stack) {
    const faults = openMisbehaviour({ ...options, name: "ultroam", outage: forbidden });
    const plan = planned(ultroam.delivered, ultroam.failed);
    // Slow enough that messages wait in the box, where it cannot be asked about them.
    const simulator = stack.use(
      await startUltroam({ seed: options.seed, fault: faults.choose, plan, drainPerSecond: 30 }),
    );
    const account = { username: "admin", password: "admin" };
    return provider("ultroam", simulator, faults, account, { DELIVERED: "delivered", FAILED: "undelivered" });
  },
  async etelecom(options, stack) {
    const faults = openMisbehaviour({ ...options, name: "etelecom", outage: refused("-3") });
    const plan = planned(etelecom.delivered, (afterMs) => etelecom.failed(afterMs, "23"));
    const simulator = stack.use(await startEtelecom({ seed: options.seed, fault: faults.choose, plan }));
    const account = { username: "hermod", password: "secret" };
    return provider("etelecom", simulator, faults, account, { SUCCESS: "delivered", FAIL: "undelivered" });
  },
  async bitel(options, stack) {
    const faults = openMisbehaviour({ ...options, name: "bitel", outage: unauthorized });
    const plan = planned(bitel.delivered, (afterMs) => bitel.failed(afterMs, "ERROR"));
    const simulator = stack.use(await startBitel({ seed: options.seed, fault: faults.choose, plan }));
    const account = { baseUrl: simulator.baseUrl, token: "secret" };
    return provider("bitel", simulator, faults, account, { DELIVERED: "delivered", ERROR: "undelivered" });
  },
};

function planned<Plan>(delivered: (afterMs: number) => Plan, failed: (afterMs: number) => Plan) {
  return (_: unknown, random: Random): Plan => {
    const afterMs = Math.round(100 + random() * 1400);
    return random() < UNDELIVERED ? failed(afterMs) : delivered(afterMs);
  };
}

function provider(
  name: ProviderName,
  { url, log }: Started,
  faults: Misbehaviour,
  account: Readonly<Record<string, unknown>>,
  fates: Readonly<Record<string, Fate>>,
): ChaosProvider {
  return {
    name,
    account: { provider: name, baseUrl: url, ...account },
    behave: () => faults.stop(),
    taken() {
      const byTag = Map.groupBy(log.accepted, (message) => tagIn(message) ?? "");
      return new Map(
        [...byTag].map(([tag, copies]) => [
          tag,
          copies.map(({ finalStatus }) => fates[finalStatus] ?? "other"),
        ]),
      );
    },
    writes() {
      const writes = new Map<string, number>();
      for (const { operation, order, body } of log.requests) {
        const tag = operation === "send" && !faults.wasRefused(order) ? tagIn(body ?? "") : undefined;
        if (tag !== undefined) writes.set(tag, (writes.get(tag) ?? 0) + 1);
      }
      return writes;
    },
  };
}
