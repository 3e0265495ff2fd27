import type { Report } from "../../src/report.ts";

/** A request that reached the wire. */
export interface Write {
  readonly n: number;
  readonly account: string;
  readonly at: number;
  /** Its worker holds the provider's word, or the proof, that it was not taken. */
  denied: boolean;
  /** Its bytes came although its attempt had been given up: nothing that was learned before counts. */
  late: boolean;
}

/** A message that a provider took. */
export interface Acceptance {
  readonly account: string;
  readonly n: number;
  readonly reference: number | undefined;
  readonly providerId: string;
  readonly at: number;
  /** From then on it is found by its reference. */
  readonly shownAt: number;
  /** What the provider will say of it, and from when on. */
  readonly story: readonly { readonly at: number; readonly kind: Report["kind"] }[];
  /** It was once called absent although it must have been shown. */
  missed: boolean;
}

/** What really happened to a message, which nobody in the simulation knows. */
export interface Truth {
  readonly writes: Write[];
  readonly acceptances: Acceptance[];
  /** Every kind of report that a provider gave of it. */
  readonly said: Set<Report["kind"]>;
  /** The provider's ids under which its acceptance was recorded. */
  readonly told: Set<string>;
  /** Its provider refused it and took it, in one breath. */
  liedTo: boolean;
  /** When its producer was told that it was taken over. */
  acknowledgedAt: number | undefined;
  canceled: boolean;
  /** When its last attempt was begun, by the clock of whoever did. */
  begunAt: number;
  /** Somebody died, or fell silent, with it in hand. */
  deaths: number;
}

export interface Ledger {
  of(id: string): Truth;
}

export function openLedger(): Ledger {
  const truths = new Map<string, Truth>();
  return {
    of(id) {
      const known = truths.get(id);
      if (known !== undefined) return known;
      const truth: Truth = {
        writes: [],
        acceptances: [],
        said: new Set(),
        told: new Set(),
        liedTo: false,
        acknowledgedAt: undefined,
        canceled: false,
        begunAt: 0,
        deaths: 0,
      };
      truths.set(id, truth);
      return truth;
    },
  };
}
