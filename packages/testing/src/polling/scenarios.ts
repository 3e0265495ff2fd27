import type { RouteName } from "./routes.ts";

/** The classes of messages, most urgent first. */
export const TRACE_CLASSES = ["otp", "txn", "bulk"] as const;
export type TraceClass = (typeof TRACE_CLASSES)[number];

/** What happens to an account. Times are in seconds from the first message. */
export interface Scenario {
  /** Most ids in one status request. */
  readonly batch: number;
  readonly messagesPerSecond: number;
  readonly seconds: number;
  /** Shares of routes. */
  readonly routes: Partial<Record<RouteName, number>>;
  /** Shares of the classes. */
  readonly classes: readonly [otp: number, txn: number, bulk: number];
  /** Within these seconds nothing becomes final; what would have comes soon after. */
  readonly stall?: readonly [from: number, to: number];
  /** From a second on the route's healthy branch takes so many times longer. */
  readonly shift?: { readonly from: number; readonly factor: number };
  /** The provider pushes finals, but for some, and for a time none at all. */
  readonly pushes?: {
    readonly missing: number;
    readonly median: number;
    readonly sigma: number;
    readonly dead: readonly [from: number, to: number];
  };
}

const HEALTHY_PUSHES = { missing: 0.01, median: 0.8, sigma: 0.6 };

const CASCADE = {
  messagesPerSecond: 2,
  seconds: 7200,
  routes: { cascade: 1 },
  classes: [0.6, 0.3, 0.1],
} as const;

const SLOW = {
  messagesPerSecond: 2,
  seconds: 7200,
  routes: { slow: 1 },
  classes: [0.3, 0.4, 0.3],
} as const;

/** Accounts of every size and kind, and their bad days. */
export const SCENARIOS = {
  single: {
    batch: 1,
    messagesPerSecond: 1,
    seconds: 10_800,
    routes: { good: 0.6, mixed: 0.4 },
    classes: [0.7, 0.25, 0.05],
  },
  "single, poor": {
    batch: 1,
    messagesPerSecond: 20,
    seconds: 1200,
    routes: { mixed: 0.7, poor: 0.3 },
    classes: [0.4, 0.4, 0.2],
  },
  "single, cascade": { batch: 1, ...CASCADE },
  "single, slow": { batch: 1, ...SLOW },
  "batch 32, thin": {
    batch: 32,
    messagesPerSecond: 0.05,
    seconds: 86_400,
    routes: { retry: 1 },
    classes: [0.6, 0.3, 0.1],
  },
  "batch 32": {
    batch: 32,
    messagesPerSecond: 2,
    seconds: 10_800,
    routes: { retry: 0.5, mixed: 0.5 },
    classes: [0.4, 0.4, 0.2],
  },
  "batch 32, cascade": { batch: 32, ...CASCADE },
  "batch 32, slow": { batch: 32, ...SLOW },
  "batch 100": {
    batch: 100,
    messagesPerSecond: 50,
    seconds: 900,
    routes: { good: 0.4, mixed: 0.4, poor: 0.2 },
    classes: [0.3, 0.4, 0.3],
  },
  "batch 100, busy": {
    batch: 100,
    messagesPerSecond: 500,
    seconds: 120,
    routes: { mixed: 0.8, poor: 0.2 },
    classes: [0.1, 0.3, 0.6],
  },
  "batch 32, stalled": {
    batch: 32,
    messagesPerSecond: 5,
    seconds: 7200,
    routes: { mixed: 1 },
    classes: [0.5, 0.4, 0.1],
    stall: [2400, 3300],
  },
  "single, slower by six": {
    batch: 1,
    messagesPerSecond: 5,
    seconds: 7200,
    routes: { good: 1 },
    classes: [0.5, 0.4, 0.1],
    shift: { from: 3600, factor: 6 },
  },
  "single, pushed": {
    batch: 1,
    messagesPerSecond: 5,
    seconds: 7200,
    routes: { mixed: 1 },
    classes: [0.5, 0.4, 0.1],
    pushes: { ...HEALTHY_PUSHES, dead: [3600, 4800] },
  },
  "batch 100, pushed": {
    batch: 100,
    messagesPerSecond: 50,
    seconds: 1500,
    routes: { mixed: 1 },
    classes: [0.5, 0.4, 0.1],
    pushes: { ...HEALTHY_PUSHES, dead: [900, 1200] },
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
