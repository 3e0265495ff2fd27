import { z } from "zod";
import { Callbacks } from "./callback-settings.ts";
import type { Capabilities } from "./capabilities.ts";
import { NetworkAddress } from "./network-address.ts";
import { PushToken } from "./push-token.ts";
import { RateUnit } from "./rate-unit.ts";
import type { Resolution, Terms } from "./terms.ts";

const Milliseconds = z.int().min(1);

/** What lateness costs in a lane: docs/polling.md. What is left out is as usual for the provider. */
const LanePrice = z.strictObject({
  /** So much lateness that nobody knows of is worth one status request. */
  latenessMs: Milliseconds.optional(),
  /** At this age lateness weighs half as much as at once. */
  fadeMs: Milliseconds.optional(),
});
const LanePrices = z.strictObject({ urgent: LanePrice, normal: LanePrice, bulk: LanePrice }).partial();

// Without defaults: what an account leaves out comes from the general settings.
const Check = z.strictObject({
  /** Shortest and longest wait between two status checks of a message; longer in `economy`, and where reports are pushed. */
  minMs: Milliseconds,
  maxMs: Milliseconds,
  /** How long after acceptance a report is waited for: validity and an hour. */
  horizonMs: Milliseconds,
  /** Fewer requests for old messages: one may wait for a twentieth of its age. */
  economy: z.boolean(),
  lanes: LanePrices,
});

const Reconcile = z.strictObject({
  /** How long a provider may need until an unconfirmed message is settled there. */
  settleMs: Milliseconds,
});

/** What every account has, whatever its provider; each provider adds its own fields. */
export const AccountBase = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/, message: "must be an http or https address" }),
  /** Messages, or segments, a second, never exceeded in any sliding second, over all processes. */
  sendPerSecond: z.number().positive().max(10_000).default(10),
  rateUnit: RateUnit.default("message"),
  /** Status requests a second. */
  statusPerSecond: z.number().positive().max(10_000).default(5),
  /** Requests on the wire at once, of each worker. */
  connections: z.int().min(1).max(256).default(10),
  /** Total deadline of one request. */
  timeoutMs: z.int().min(100).max(120_000).default(15_000),
  /** A file of certificate authorities to trust instead of the system's. */
  caFile: z.string().min(1).optional(),
  /** What the provider's prices are in, for example `RUB`, where it does not say so itself. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be three capital letters, for example EUR")
    .optional(),
  check: Check.partial().optional(),
  reconcile: Reconcile.partial().optional(),
  /** The last part of the address that the provider pushes to, and all that lets it in; without it nothing is taken. */
  pushToken: PushToken.optional(),
  /** Addresses that pushes may come from; all when absent. */
  pushFrom: z.array(NetworkAddress).min(1).optional(),
  /** Whether a pushed final state counts as it is. No push is signed: otherwise it is a reason to ask at once. */
  trustPush: z.boolean().default(false),
});
export type AccountBase = z.infer<typeof AccountBase>;

const Key = z
  .string()
  .refine(
    (text) => decodedLength(text) === 32,
    "must be 32 bytes in base64, for example from: openssl rand -base64 32",
  );

/** Field encryption of records: AES-256-GCM keys by id, and the id of the one that encrypts. */
export const Encryption = z
  .strictObject({ keys: z.record(z.string().regex(/^[A-Za-z0-9]{1,16}$/), Key), active: z.string() })
  .refine(({ keys, active }) => Object.hasOwn(keys, active), { path: ["active"], message: "names no key" });
export type Encryption = z.infer<typeof Encryption>;

/** Everything in the configuration but the accounts. */
export const Settings = z.strictObject({
  check: z
    .strictObject({
      minMs: Check.shape.minMs.default(1000),
      maxMs: Check.shape.maxMs.default(600_000),
      horizonMs: Check.shape.horizonMs.default(176_400_000),
      economy: Check.shape.economy.default(false),
      lanes: LanePrices.prefault({}),
    })
    .prefault({}),
  retry: z
    .strictObject({
      /** Waits after proof of not sent; its length is the limit of retries. */
      delaysMs: z.array(z.int().min(0)).max(50).default([1000, 5000, 30_000, 120_000, 600_000]),
    })
    .prefault({}),
  reconcile: z.strictObject({ settleMs: Reconcile.shape.settleMs.default(60_000) }).prefault({}),
  breaker: z
    .strictObject({
      /** How long an account at fault (credentials, balance, address, no answers) is left alone until one message tries it again. */
      probeMs: Milliseconds.default(60_000),
      /** An account counts as down when of so many outcomes within the window this share brought no answer or a fault. */
      windowMs: Milliseconds.default(10_000),
      minimum: z.int().min(2).default(20),
      failureRate: z.number().min(0.01).max(1).default(0.5),
    })
    .prefault({}),
  failover: z
    .strictObject({
      /** How long a message is held for its account before it goes on to the next one of its route. */
      afterMs: Milliseconds.default(60_000),
    })
    .prefault({}),
  lease: z
    .strictObject({
      leaseMs: Milliseconds.default(30_000),
      lockMs: Milliseconds.default(60_000),
      stalledMs: Milliseconds.default(15_000),
    })
    .prefault({}),
  suppression: z
    .strictObject({
      /** Codes with which a provider says that a recipient wants no messages: who has one is put on everyone's list. */
      optOutCodes: z.array(z.string().min(1).max(64)).max(20).default([]),
    })
    .prefault({}),
  balance: z
    .strictObject({
      /** Between two questions for an account's money, where its provider can be asked. */
      everyMs: z.int().min(10_000).default(300_000),
      /** It is told loudly when the money will be gone sooner, at the rate of the last day. */
      warnHours: z.number().positive().default(24),
    })
    .prefault({}),
  ingress: z
    .strictObject({
      /** Proxies whose word on where a push came from is believed. */
      trustedProxies: z.array(NetworkAddress).default([]),
      /** How long a push is kept whose message is not known yet. */
      parkedMs: Milliseconds.max(86_400_000).default(900_000),
    })
    .prefault({}),
  health: z
    .strictObject({
      /** How long there may be work and no progress until the process says that it is not alive. */
      stuckMs: z.int().min(1000).default(30_000),
    })
    .prefault({}),
  retention: z
    .strictObject({
      /** How long a record is kept after its final state. */
      recordMs: Milliseconds.default(604_800_000),
      /** How long its text is kept after its final state. */
      textMs: z.int().min(0).default(0),
    })
    .prefault({}),
  events: z
    .strictObject({
      /** How many of the latest changes of messages are kept. */
      keep: z.int().min(100).default(10_000),
      /** How many of the latest final states of each producer are kept for those who consume them. */
      keepFinals: z.int().min(100).default(100_000),
    })
    .prefault({}),
  callbacks: Callbacks.prefault({}),
  redis: z
    .strictObject({
      /** Hash slots the records are spread over; the same for the life of the data. */
      partitions: z.int().min(1).max(256).default(1),
    })
    .prefault({}),
  encryption: Encryption.optional(),
});
export type Settings = z.infer<typeof Settings>;

/**
 * Time within the lease beside the request's own deadline: to begin, for the slots of one batch (250 ms), and
 * to record the outcome.
 */
export const LEASE_MARGIN_MS = 2000;

/**
 * How late after its intent a write may at least begin. Without it an account at the edge of the rule would
 * give back every message as too late, and never send one.
 */
const GUARD_MIN_MS = 500;

/** The rules between times: send deadline, margin and guard within the lease, lease not above lock. */
export function timingProblems(
  settings: Settings,
  accounts: Readonly<Record<string, AccountBase>>,
): string[] {
  const { leaseMs, lockMs, stalledMs } = settings.lease;
  const problems: string[] = [];
  if (leaseMs > lockMs) problems.push(`lease.leaseMs: must not be above lease.lockMs (${lockMs})`);
  if (stalledMs > lockMs) problems.push(`lease.stalledMs: must not be above lease.lockMs (${lockMs})`);
  for (const [name, account] of Object.entries(accounts)) {
    if (account.timeoutMs + LEASE_MARGIN_MS + GUARD_MIN_MS > leaseMs) {
      const least = LEASE_MARGIN_MS + GUARD_MIN_MS;
      problems.push(`accounts.${name}.timeoutMs: must be at least ${least} below lease.leaseMs (${leaseMs})`);
    }
    const { minMs, maxMs } = checkOf(settings, account);
    if (minMs > maxMs) problems.push(`accounts.${name}.check.minMs: must not be above maxMs (${maxMs})`);
  }
  return problems;
}

/** The check times of an account: its own, else the general ones. */
export function checkOf(settings: Settings, account: AccountBase): Settings["check"] {
  const { check } = settings;
  return { ...check, ...defined(account.check), lanes: { ...check.lanes, ...account.check?.lanes } };
}

/** The terms of an account, as decisions need them. */
export function termsOf(
  settings: Settings,
  account: AccountBase,
  capabilities: Pick<Capabilities, "reference" | "lookup" | "currency">,
): Terms {
  const currency = account.currency ?? capabilities.currency;
  return {
    ...(currency === undefined ? {} : { currency }),
    resolution: resolutionOf(capabilities),
    leaseMs: settings.lease.leaseMs,
    settleMs: account.reconcile?.settleMs ?? settings.reconcile.settleMs,
    horizonMs: checkOf(settings, account).horizonMs,
    retryDelaysMs: settings.retry.delaysMs,
    failoverAfterMs: settings.failover.afterMs,
  };
}

function resolutionOf({ reference, lookup }: Pick<Capabilities, "reference" | "lookup">): Resolution {
  if (reference === "dedupes") return "repeat";
  return reference === "correlates" && lookup === "byReference" ? "ask" : "none";
}

function defined<T extends object>(value: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value ?? {}).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function decodedLength(base64: string): number {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return -1;
  return Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
}
