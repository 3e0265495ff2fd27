import type { Capabilities } from "@hermod/core/capabilities";
import type { AccountBase } from "@hermod/core/config";
import type { Content } from "@hermod/core/message";
import type { Outcome, Place } from "@hermod/core/outcome";
import type { Lookup, Report, StatusAnswer } from "@hermod/core/report";
import type { z } from "zod";
import type { DocumentedCode } from "./documented-code.ts";

/** A message on its way out, as an adapter sees it. */
export interface OutgoingMessage {
  readonly id: string;
  /** E.164, with the plus sign; each adapter writes its provider's own form. */
  readonly to: string;
  readonly content: Content;
  /**
   * Our reference: a positive integer, one per message and account, never given to another one. Only where
   * the provider takes one.
   */
  readonly reference?: number;
  /** How long the message is still worth delivering. */
  readonly validForMs: number;
  /** eTelecom: channels to try in order, instead of the account's. */
  readonly routeRule?: readonly string[];
}

/** A message that a provider took, to be asked about. */
export interface FollowedMessage {
  readonly id: string;
  readonly to: string;
  /** The provider's id; absent where only our reference is known. */
  readonly providerId?: string;
  readonly batchId?: string;
  /** Which one of the batch it was, where no id of its own is known. */
  readonly place?: Place;
  readonly reference?: number;
  /** When the provider took it, epoch milliseconds. */
  readonly submittedAt?: number;
}

/** A message that may have been taken, to be searched for by our reference. */
export interface SoughtMessage {
  readonly id: string;
  readonly to: string;
  readonly reference: number;
  /** When the attempt in doubt began, epoch milliseconds. */
  readonly attemptedAt: number;
}

/** A statement that a provider sent by itself, and what it names the message by. */
export interface PushedReport {
  readonly providerId?: string;
  readonly batchId?: string;
  readonly reference?: number;
  /** E.164. */
  readonly to?: string;
  readonly report: Report;
}

/**
 * What a pushed request says. `acknowledge` writes the answer that the provider wants once some of it is
 * stored.
 */
export type Push =
  | {
      readonly kind: "reports";
      readonly reports: readonly PushedReport[];
      /** Numbers, E.164, of which something is told that names no message: whoever waits for a report there should ask. */
      readonly hints?: readonly string[];
      acknowledge(stored: readonly PushedReport[]): Acknowledgement;
    }
  | { readonly kind: "unreadable"; readonly why: string };

export interface Acknowledgement {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The account's money, as the provider's decimal text. */
export type Balance =
  | { readonly kind: "balance"; readonly amount: string; readonly currency?: string }
  | { readonly kind: "unavailable"; readonly reason: string };

/**
 * What a harmless request told about an account. `reachable`: the provider knows us and nothing that it told keeps messages
 * back. `reason` is a word of ours.
 */
export type Health =
  | { readonly kind: "reachable"; readonly facts?: Readonly<Record<string, string>> }
  | { readonly kind: "credentials" | "locked" | "balance" | "address"; readonly reason: string }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs?: number };

/**
 * An open account at a provider. Nothing here throws for what a server or a network can do, and nothing names
 * a state: it is returned what was proven, one answer for each message, keyed by our message id. `signal`
 * ends a request early; before the first byte that is `notSent`, afterwards `maybeSent`.
 */
export interface Provider extends AsyncDisposable {
  send(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<ReadonlyMap<string, Outcome>>;
  status(
    messages: readonly FollowedMessage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, StatusAnswer>>;
  /** Where the capability `lookup` says so. */
  lookup?(messages: readonly SoughtMessage[], signal: AbortSignal): Promise<ReadonlyMap<string, Lookup>>;
  /** Reads the body of a pushed request. */
  readPush?(body: string): Push;
  balance?(signal: AbortSignal): Promise<Balance>;
  /** Whether messages can go through the account, by a request that sends nothing and costs nothing. */
  health?(signal: AbortSignal): Promise<Health>;
}

/** A kind of API: what its accounts are configured with, what one can do, and how it is opened. */
export interface ProviderKind<Account extends AccountBase> {
  readonly account: z.ZodType<Account>;
  capabilities(account: Account): Capabilities;
  /**
   * Every documented code. Not announced as capabilities are: a producer decides nothing by them, and whatever lists them
   * can import the registry.
   */
  readonly codes: readonly DocumentedCode[];
  open(account: Account): Provider;
}
