import type { Outcome } from "./outcome.ts";
import type { Report } from "./report.ts";
import type { Terms } from "./terms.ts";

/** Whose list it is: everyone's, or the message's producer's. */
export type StopList = "everyone" | "producer";

/**
 * Everything that can happen to a record. `at` is epoch milliseconds by the clock of Redis, `chance` lies in
 * [0, 1).
 */
export type Event =
  | {
      readonly type: "begin";
      readonly at: number;
      readonly owner: string;
      readonly terms: Terms;
      /** A fresh reference at the account, kept if the message has none there yet. */
      readonly reference?: number;
    }
  | {
      readonly type: "outcome";
      readonly at: number;
      readonly attempt: number;
      readonly outcome: Outcome;
      readonly terms: Terms;
      readonly chance: number;
    }
  | {
      readonly type: "report";
      readonly at: number;
      readonly report: Report;
      /** The attempt whose account says so; where only one has the message it may be left out. */
      readonly attempt?: number;
      readonly terms: Terms;
    }
  /** The provider, asked by our reference after the settling time, does not know the message. */
  | { readonly type: "absent"; readonly at: number; readonly terms: Terms; readonly chance: number }
  /** The provider was asked about it, and said something (`answered`) or nothing at all; counts it. */
  | { readonly type: "checked"; readonly at: number; readonly answered: boolean }
  /** Time passed: whatever of lease, release and deadline is due happens. */
  | { readonly type: "timer"; readonly at: number; readonly terms: Terms }
  /** A work order now carries the message. */
  | { readonly type: "drive"; readonly at: number; readonly jobId: string }
  | { readonly type: "cancel"; readonly at: number }
  /** The account is at fault or stopped: nothing goes through it. */
  | { readonly type: "hold"; readonly at: number; readonly code: string; readonly terms: Terms }
  /** The recipient stands on a list of those who want no messages. */
  | { readonly type: "suppress"; readonly at: number; readonly list: StopList }
  /** The account works again. */
  | { readonly type: "release"; readonly at: number }
  /** Somebody died with the message in hand, and `owner` takes it in hand again (`1`); nothing happened this time (`-1`). */
  | { readonly type: "suspect"; readonly at: number; readonly owner: string; readonly by: 1 | -1 }
  /** What nobody may read any longer is removed. */
  | { readonly type: "erase"; readonly at: number };
