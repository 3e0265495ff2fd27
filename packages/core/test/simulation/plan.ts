import type { OnUnknown, ParsedMessageInput } from "../../src/message.ts";
import type { OutageTerms } from "../../src/outage.ts";
import { pollTermsOf } from "../../src/polling/account-terms.ts";
import type { Following } from "../../src/polling/following.ts";
import type { Resolution, Terms } from "../../src/terms.ts";
import type { Random } from "./random.ts";

/** `safety`: faults never stop. `liveness`: they stop at some time, and everything must come to its end. */
export type Mode = "safety" | "liveness";

export interface PlannedAccount {
  readonly name: string;
  readonly terms: Terms;
  readonly following: Following;
  readonly lookup: "byReference" | "none";
  readonly takesReference: boolean;
  /** Its provider sends reports by itself. */
  readonly pushes: boolean;
  readonly perSecond: number;
}

export interface PlannedMessage {
  readonly id: string;
  readonly input: ParsedMessageInput;
  /** When its producer calls, for the first time and again with the same key. */
  readonly callsAt: readonly number[];
  readonly cancelAt: number | undefined;
  /** Whoever comes so far with it dies. */
  readonly killsAt: "loaded" | "begun" | undefined;
}

/** How likely each misfortune is, per step of a process, per command or per request. */
export interface Rates {
  readonly crash: number;
  readonly freeze: number;
  readonly stop: number;
  readonly redisAway: number;
  readonly redisRefuses: number;
  readonly lostReply: number;
  readonly slow: number;
  readonly badAnswer: number;
  readonly accountFault: number;
  readonly accountDown: number;
  readonly badStatus: number;
  readonly lostPush: number;
}

export interface Plan {
  readonly mode: Mode;
  readonly accounts: readonly PlannedAccount[];
  readonly messages: readonly PlannedMessage[];
  readonly faultsUntil: number;
  readonly workers: number;
  readonly pollers: number;
  readonly rates: Rates;
  /** What Redis forgets when it restarts. */
  readonly losesQueues: boolean;
  readonly losesIndexes: boolean;
  readonly losesGates: boolean;
  /** The provider shows what it took only after longer than the settling time: nothing can be proven absent there. */
  readonly showsTooLate: boolean;
  /** The provider says things that cannot all be true. */
  readonly contradicts: boolean;
}

export const LEASE_MS = 10_000;
export const TIMEOUT_MS = 5_000;
export const LOCK_MS = 20_000;
export const STALLED_MS = 5_000;
export const PROBE_MS = 5_000;
export const OUTAGE: OutageTerms = { windowMs: 10_000, minimum: 3, failureRate: 0.5 };

/** Times long enough to be told apart, and short enough that a schedule has few events. */
const TERMS = {
  leaseMs: LEASE_MS,
  horizonMs: 300_000,
  retryDelaysMs: [1000, 4000],
  failoverAfterMs: 15_000,
} as const;
const CHECK = { minMs: 2000, maxMs: 60_000, horizonMs: TERMS.horizonMs, economy: false, lanes: {} };
const FOLLOWING: Following = { poll: pollTermsOf(CHECK, 1), learnedOf: () => ({ silence: 1 }) };

export function planOf(mode: Mode, random: Random): Plan {
  const accounts = [plannedAccount("first", random), plannedAccount("second", random)];
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  const faultsUntil = mode === "safety" ? Number.POSITIVE_INFINITY : random.between(2000, 90_000);
  const poisoned = random.chance(0.04);
  const messages = Array.from({ length: count }, (_, index) =>
    plannedMessage(`m${index + 1}`, poisoned && index === 0, random),
  );
  return {
    mode,
    accounts,
    messages,
    faultsUntil,
    workers: random.pick([1, 2, 2, 3]),
    pollers: random.pick([1, 1, 2]),
    rates: plannedRates(random),
    losesQueues: random.chance(0.3),
    losesIndexes: random.chance(0.15),
    losesGates: random.chance(0.3),
    showsTooLate: random.chance(0.03),
    contradicts: random.chance(0.04),
  };
}

function plannedAccount(name: string, random: Random): PlannedAccount {
  const resolution = random.pick<Resolution>(["repeat", "ask", "none", "none"]);
  return {
    name,
    terms: { ...TERMS, resolution, settleMs: random.pick([3000, 10_000]) },
    following: FOLLOWING,
    lookup: resolution === "ask" ? "byReference" : "none",
    takesReference: resolution !== "none",
    pushes: random.chance(0.4),
    perSecond: random.pick([2, 20]),
  };
}

function plannedMessage(id: string, kills: boolean, random: Random): PlannedMessage {
  const callsAt = [random.between(0, 3000)];
  while (random.chance(0.15)) callsAt.push(random.between(0, 20_000));
  const route = random.chance(0.6)
    ? [random.pick(["first", "first", "second"])]
    : random.pick([
        ["first", "second"],
        ["second", "first"],
      ]);
  const onUnknown = random.pick<OnUnknown>(["hold", "resend"]);
  const input: ParsedMessageInput = {
    route: [...route],
    to: "+84836106872",
    content: { text: id },
    producer: "shop",
    priority: random.pick(["urgent", "normal", "normal", "bulk"]),
    expiresInMs: random.pick([1500, 10_000, 40_000, 200_000]),
    onUnknown,
    deadlineCheck: false,
    ...(route.length > 1 && random.chance(0.3) ? { failoverAfterMs: random.pick([2000, 15_000]) } : {}),
    ...(random.chance(0.1) ? { sendAt: random.between(0, 20_000) } : {}),
  };
  return {
    id,
    input,
    callsAt: callsAt.sort((one, other) => one - other),
    cancelAt: random.chance(0.15) ? random.between(0, random.pick([200, 5000, 30_000])) : undefined,
    killsAt: kills ? random.pick(["loaded", "begun"]) : undefined,
  };
}

/** Each schedule has some kinds of misfortune and not the others: where everything fails at once, little is ever reached. */
function plannedRates(random: Random): Rates {
  const some = (often: number): number => (random.chance(0.4) ? often * random.pick([0.3, 1, 3]) : 0);
  return {
    crash: some(0.006),
    freeze: some(0.006),
    stop: some(0.002),
    redisAway: some(0.003),
    redisRefuses: some(0.003),
    lostReply: some(0.03),
    slow: some(0.03),
    badAnswer: some(0.3),
    accountFault: some(0.1),
    accountDown: some(0.1),
    badStatus: some(0.2),
    lostPush: some(0.3),
  };
}
