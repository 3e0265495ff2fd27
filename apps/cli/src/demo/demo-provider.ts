import type { FinalState } from "@hermod/core/state";
import type { AcceptedMessage, GroundTruth } from "@hermod/simulator/ground-truth";
import type { Simulator } from "@hermod/simulator/server";
import type { Step } from "@hermod/simulator/timeline";
import type { Kinds, Letter } from "./kind.ts";

/** A message as each simulator logs it, with what it had planned for it. */
export type PlannedAcceptance = AcceptedMessage & { readonly plan: { readonly steps: readonly Step[] } };

/** What a provider really received and accepted, and how many of its pushes were taken. */
export type ProviderLog = GroundTruth<PlannedAcceptance> & { readonly pushes: number };

/** A simulator that pushes. */
export interface Pushing {
  readonly pushed: readonly { readonly answered?: number }[];
}

/** A provider's part in the demo: what is sent there, what it does, and what that demands of Hermod. */
export interface DemoProvider {
  readonly kinds: Kinds;
  /** A message with this code, to the n-th number. */
  letter(code: string, n: number): Letter;
  /** What differs from the contract that the simulator has anyway. */
  readonly contract: Readonly<Record<string, unknown>>;
  /** Of the simulator's certificate, where it has one. */
  readonly caFile?: string;
  /** `pushUrl`: where it tells of final states by itself, if it is one that does. */
  start(seed: number, pushUrl?: string): Promise<Simulator<PlannedAcceptance> & Partial<Pushing>>;
  /** It is told where to push, and counts as trusted. */
  readonly pushes?: true;
  /** The provider's last words that are an end, by its document; after any other one nobody knows. */
  readonly ends: Readonly<Record<string, FinalState>>;
  /** What Hermod has for the id of a message that the provider accepted. */
  idOf(accepted: PlannedAcceptance): string;
}
