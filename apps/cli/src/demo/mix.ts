import type { MessageInput } from "@hermod/client";
import { drawn, type Random, randomFor } from "@hermod/simulator/random";
import type { SimulatedProvider } from "@hermod/simulator/registry";
import { codeOf } from "./code.ts";
import { demoProviders } from "./demo-providers.ts";

/** An account of the demo. */
export interface DemoAccount {
  readonly name: string;
  readonly provider: SimulatedProvider;
}

export interface PlannedMessage {
  readonly account: DemoAccount;
  /** By it the provider's log is matched with what was sent: no two messages have the same. */
  readonly code: string;
  readonly input: MessageInput;
}

export interface MixOptions {
  readonly seed: number;
  readonly accounts: readonly DemoAccount[];
  /** Sets this run's idempotency keys apart from those of another in the same Redis. */
  readonly run: string;
  readonly expiresInMs: number;
}

/** The messages of the demo, evenly over its accounts: every kind at least once if there is room, in an order that the seed decides. */
export function mixOf(messages: number, options: MixOptions): PlannedMessage[] {
  const { accounts, seed } = options;
  const kinds = accounts.map((account, place) =>
    kindsFor(account, shareOf(messages, place, accounts.length), randomFor(seed, account.provider, 0)),
  );
  return Array.from({ length: messages }, (_, n) => {
    const [place, index] = [n % accounts.length, Math.floor(n / accounts.length)];
    return planned(n, kinds[place]?.[index] ?? "delivered", options);
  });
}

/** The n-th message of a load without end, numbered on from those of the mix. */
export function loadMessage(n: number, options: MixOptions): PlannedMessage {
  const { provider } = accountOf(n, options);
  const kind = drawn(sharesAt(provider), randomFor(options.seed, "load", n)());
  return planned(n, kind ?? "delivered", options);
}

/** How many of the messages the account at this place has: no two differ by more than one. */
export function shareOf(messages: number, place: number, accounts: number): number {
  return Math.floor((messages + accounts - 1 - place) / accounts);
}

/** The kinds of an account's messages in their order: those that only the horizon ends are on their way first. */
function kindsFor({ provider }: DemoAccount, messages: number, random: Random): string[] {
  const { kinds } = demoProviders[provider];
  const special = sharesAt(provider)
    .flatMap(({ share, value }) => {
      const count = Math.min(Math.max(1, Math.round(share * messages)), kinds[value]?.most ?? messages);
      return Array.from({ length: count }, () => value);
    })
    .slice(0, messages);
  const rest = Array.from({ length: messages - special.length }, () => "delivered");
  const order = shuffled([...special, ...rest], random);
  const [first, later] = [true, false].map((never) =>
    order.filter((kind) => (kinds[kind]?.neverFinal ?? false) === never),
  );
  return [...(first ?? []), ...(later ?? [])];
}

function sharesAt(provider: SimulatedProvider): { readonly share: number; readonly value: string }[] {
  return Object.entries(demoProviders[provider].kinds).flatMap(([value, { share }]) => {
    return share === undefined ? [] : [{ share, value }];
  });
}

function accountOf(n: number, { accounts }: MixOptions): DemoAccount {
  const account = accounts[n % accounts.length];
  if (account === undefined) throw new Error("the demo needs an account");
  return account;
}

function planned(n: number, kind: string, options: MixOptions): PlannedMessage {
  const { seed, accounts, run, expiresInMs } = options;
  const account = accountOf(n, options);
  const { kinds, letter } = demoProviders[account.provider];
  const code = codeOf(kind, n + seed);
  return {
    account,
    code,
    input: {
      account: account.name,
      ...letter(code, n + seed),
      ...kinds[kind]?.letter?.(code),
      priority: PRIORITIES[Math.floor(n / accounts.length) % PRIORITIES.length] ?? "bulk",
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

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
