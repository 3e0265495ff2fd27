import { describe, expect, test } from "vitest";
import {
  AccountBase,
  checkOf,
  Encryption,
  LEASE_MARGIN_MS,
  Settings,
  termsOf,
  timingProblems,
} from "./config.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const account = (more: object = {}) => AccountBase.parse({ baseUrl: "https://sms.example", ...more });

test("an empty configuration has the defaults of the design", () => {
  expect(Settings.parse({})).toEqual({
    check: { minMs: 1000, maxMs: 600_000, horizonMs: 176_400_000, economy: false, lanes: {} },
    callbacks: {
      producers: {},
      retryDelaysMs: [5000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 86_400_000],
      timeoutMs: 5000,
      connections: 8,
      allowedNetworks: [],
    },
    retry: { delaysMs: [1000, 5000, 30_000, 120_000, 600_000] },
    reconcile: { settleMs: 60_000 },
    breaker: { probeMs: 60_000, windowMs: 10_000, minimum: 20, failureRate: 0.5 },
    failover: { afterMs: 60_000 },
    lease: { leaseMs: 30_000, lockMs: 60_000, stalledMs: 15_000 },
    balance: { everyMs: 300_000, warnHours: 24 },
    suppression: { optOutCodes: [] },
    ingress: { trustedProxies: [], parkedMs: 900_000 },
    health: { stuckMs: 30_000 },
    events: { keep: 10_000, keepFinals: 100_000 },
    retention: { recordMs: 604_800_000, textMs: 0 },
    redis: { partitions: 1 },
  });
});

test("the defaults break no rule between times", () => {
  expect(timingProblems(Settings.parse({}), { main: account() })).toEqual([]);
});

test("a section that says one thing keeps the defaults of the others", () => {
  const settings = Settings.parse({ check: { minMs: 50 }, lease: { leaseMs: 20_000 } });
  expect(settings.check).toMatchObject({ minMs: 50, maxMs: 600_000, horizonMs: 176_400_000 });
  expect(settings.lease).toEqual({ leaseMs: 20_000, lockMs: 60_000, stalledMs: 15_000 });
});

test.for([
  { colour: "red" },
  { check: { min: 5 } },
  { lease: { leaseMs: 0 } },
  { lease: { leaseMs: "30s" } },
  { retry: { delaysMs: [-1] } },
  { redis: { partitions: 0 } },
  { retention: { textMs: 1.5 } },
])("the setting %j is refused", (settings) => {
  expect(Settings.safeParse(settings).success).toBe(false);
});

test("an account needs an http address and may limit what it sends", () => {
  expect(account()).toEqual({
    baseUrl: "https://sms.example",
    sendPerSecond: 10,
    rateUnit: "message",
    statusPerSecond: 5,
    connections: 10,
    timeoutMs: 15_000,
    trustPush: false,
  });
  for (const baseUrl of ["", "sms.example", "ftp://sms.example", "file:///etc/passwd"]) {
    expect(AccountBase.safeParse({ baseUrl }).success).toBe(false);
  }
  for (const limit of [
    { sendPerSecond: 0 },
    { rateUnit: "sms" },
    { connections: 0 },
    { timeoutMs: 10 },
    { sendPerSecond: -1 },
  ]) {
    expect(AccountBase.safeParse({ baseUrl: "https://sms.example", ...limit }).success).toBe(false);
  }
});

describe("the rules between times", () => {
  const problems = (settings: object, accounts: Record<string, AccountBase> = {}): string[] =>
    timingProblems(Settings.parse(settings), accounts);

  test("put the lease within the lock, and the look for dead workers within it too", () => {
    expect(problems({ lease: { leaseMs: 60_000, lockMs: 60_000, stalledMs: 60_000 } })).toEqual([]);
    expect(problems({ lease: { leaseMs: 60_001, lockMs: 60_000, stalledMs: 60_001 } })).toEqual([
      "lease.leaseMs: must not be above lease.lockMs (60000)",
      "lease.stalledMs: must not be above lease.lockMs (60000)",
    ]);
  });

  test("put the deadline of a request and a margin below the lease", () => {
    expect(problems({}, { main: account({ timeoutMs: 27_500 }) })).toEqual([]);
    expect(problems({}, { main: account({ timeoutMs: 27_501 }) })).toEqual([
      "accounts.main.timeoutMs: must be at least 2500 below lease.leaseMs (30000)",
    ]);
  });

  test("leave half a second in which a write may begin, at the very edge", () => {
    const timeoutMs = 27_500;
    expect(problems({}, { main: account({ timeoutMs }) })).toEqual([]);
    expect(30_000 - timeoutMs - LEASE_MARGIN_MS).toBe(500);
  });

  test("name each account at fault", () => {
    const accounts = { one: account({ check: { minMs: 700_000 } }), two: account({ check: { maxMs: 500 } }) };
    expect(problems({}, accounts)).toEqual([
      "accounts.one.check.minMs: must not be above maxMs (600000)",
      "accounts.two.check.minMs: must not be above maxMs (500)",
    ]);
  });
});

const KNOWS_NOTHING = { reference: "none", lookup: "none" } as const;

test("an account's own times go before the general ones, one by one", () => {
  const settings = Settings.parse({
    check: { minMs: 10, maxMs: 20, horizonMs: 30 },
    reconcile: { settleMs: 40 },
  });
  const own = account({ check: { maxMs: 25 }, reconcile: { settleMs: 45 } });
  expect(checkOf(settings, own)).toMatchObject({ minMs: 10, maxMs: 25, horizonMs: 30 });
  expect(termsOf(settings, own, KNOWS_NOTHING)).toEqual({
    leaseMs: 30_000,
    settleMs: 45,
    horizonMs: 30,
    failoverAfterMs: 60_000,
    resolution: "none",
    retryDelaysMs: [1000, 5000, 30_000, 120_000, 600_000],
  });
  expect(termsOf(settings, account(), KNOWS_NOTHING).settleMs).toBe(40);
});

test("encryption takes keys of 32 bytes and an active one among them", () => {
  expect(Encryption.parse({ keys: { k1: KEY }, active: "k1" })).toEqual({ keys: { k1: KEY }, active: "k1" });
  const refused = [
    { keys: { k1: KEY }, active: "k2" },
    { keys: { k1: KEY }, active: "toString" },
    { keys: {}, active: "k1" },
    { keys: { k1: Buffer.alloc(31).toString("base64") }, active: "k1" },
    { keys: { k1: Buffer.alloc(33).toString("base64") }, active: "k1" },
    { keys: { k1: `${KEY.slice(0, -2)}!=` }, active: "k1" },
    { keys: { "k.1": KEY }, active: "k.1" },
  ];
  for (const encryption of refused) expect(Encryption.safeParse(encryption).success).toBe(false);
});

test("a key is refused without being repeated", () => {
  const parsed = Encryption.safeParse({ keys: { k1: "canary-key" }, active: "k1" });
  expect(JSON.stringify(parsed.error)).not.toContain("canary-key");
});
