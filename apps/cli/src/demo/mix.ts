import type { MessageInput } from "@hermod/client";
import { delivered, failed, neverReported, type Plan } from "@hermod/simulator/etelecom/plan";
import { drawn, type Random, randomFor } from "@hermod/simulator/random";

/** What the provider does with a message of the demo, by the letter that its one-time password begins with. */
const KINDS = {
  D: "delivered",
  S: "slow",
  F: "failed",
  W: "wrongNumber",
  U: "unknownTemplate",
  T: "throttled",
  N: "neverReported",
} as const;
export type Kind = (typeof KINDS)[keyof typeof KINDS];

export interface PlannedMessage {
  readonly kind: Kind;
  /** By it the provider's log is matched with what was sent: no two messages have the same. */
  readonly otp: string;
  readonly input: MessageInput;
}

export interface MixOptions {
  readonly seed: number;
  readonly account: string;
  /** Sets this run's idempotency keys apart from those of another in the same Redis. */
  readonly run: string;
  readonly expiresInMs: number;
}

/** A throttled message rests the whole account for a second: many would be all that there is to see. */
const MOST_THROTTLED = 5;

/** Shares of everything but `delivered`, which is the rest. */
const SHARES: readonly { readonly share: number; readonly value: Kind }[] = [
  { share: 0.08, value: "slow" },
  { share: 0.07, value: "failed" },
  { share: 0.03, value: "neverReported" },
  { share: 0.015, value: "wrongNumber" },
  { share: 0.015, value: "unknownTemplate" },
  { share: 0.01, value: "throttled" },
];

/** The messages of the demo: every kind at least once if there is room, in an order that the seed decides. */
export function mixOf(messages: number, options: MixOptions): PlannedMessage[] {
  const special = SHARES.flatMap(({ share, value }) =>
    Array.from({ length: countOf(value, share * messages) }, () => value),
  ).slice(0, messages);
  const rest = Array.from({ length: messages - special.length }, (): Kind => "delivered");
  const kinds = shuffled([...special, ...rest], randomFor(options.seed, "order", 0));
  return kinds.map((kind, n) => planned(n, kind, options));
}

/** The n-th message of a load without end, numbered on from those of the mix. */
export function loadMessage(n: number, options: MixOptions): PlannedMessage {
  return planned(n, drawn(SHARES, randomFor(options.seed, "load", n)()) ?? "delivered", options);
}

/** What becomes of an accepted message. The refused kinds never come this far. */
export function planOf(kind: Kind, random: Random): Plan {
  switch (kind) {
    case "slow":
      return delivered(between(2500, 4000, random));
    case "failed":
      return failed(between(500, 2000, random), "23");
    case "neverReported":
      return neverReported();
    case "delivered":
    case "throttled":
    case "wrongNumber":
    case "unknownTemplate":
      return delivered(between(300, 2000, random));
    default:
      return kind satisfies never;
  }
}

/** What is planned for the message with this one-time password. */
export function kindOf(otp: string): Kind {
  const [, kind] = Object.entries(KINDS).find(([letter]) => otp.startsWith(letter)) ?? [];
  return kind ?? "delivered";
}

/** The one-time password in the body of a send request. */
export function otpOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("list_param" in body)) return undefined;
  const params = body.list_param;
  if (typeof params !== "object" || params === null || !("otp" in params)) return undefined;
  return typeof params.otp === "string" ? params.otp : undefined;
}

function planned(n: number, kind: Kind, { seed, account, run, expiresInMs }: MixOptions): PlannedMessage {
  const [letter] = Object.entries(KINDS).find(([, name]) => name === kind) ?? [];
  const otp = `${letter}-${100_000 + (((n + seed) * STRIDE) % OTPS)}`;
  const to = kind === "wrongNumber" ? "+8483610" : `+84${836_000_000 + ((n + seed) % 1_000_000)}`;
  return {
    kind,
    otp,
    input: {
      account,
      to,
      content: { template: kind === "unknownTemplate" ? "NO_SUCH_TEMPLATE" : "OTP", params: { otp } },
      priority: PRIORITIES[n % PRIORITIES.length] ?? "bulk",
      idempotencyKey: `${run}-${n}`,
      producer: "demo",
      expiresInMs,
    },
  };
}

/** One in ten is urgent, three are normal, the others bulk. */
const PRIORITIES = [
  "urgent",
  ...Array.from({ length: 3 }, () => "normal" as const),
  ...Array.from({ length: 6 }, () => "bulk" as const),
] as const;

/** Six digits; the stride is prime to their number, so that they repeat only after all were used. */
const OTPS = 900_000;
const STRIDE = 7919;

function countOf(kind: Kind, share: number): number {
  const count = Math.max(1, Math.round(share));
  return kind === "throttled" ? Math.min(count, MOST_THROTTLED) : count;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function between(least: number, most: number, random: Random): number {
  return Math.floor(least + random() * (most - least));
}
