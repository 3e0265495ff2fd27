import type { Capabilities } from "@hermod/core/capabilities";
import type { AccountBase } from "@hermod/core/config";
import type { Content } from "@hermod/core/message";
import type { Outcome } from "@hermod/core/outcome";
import type { StatusAnswer } from "@hermod/core/report";
import type { z } from "zod";

/** A message on its way out, as an adapter sees it. */
export interface OutgoingMessage {
  readonly id: string;
  /** E.164, with the plus sign; each adapter writes its provider's own form. */
  readonly to: string;
  readonly content: Content;
  /** eTelecom: channels to try in order, instead of the account's. */
  readonly routeRule?: readonly string[];
}

/** A message that a provider took, to be asked about. */
export interface FollowedMessage {
  readonly id: string;
  readonly providerId: string;
}

/**
 * An open account at a provider. Neither function throws for what a server or a network can do, and neither names a state:
 * they return what was proven, one answer for each message, keyed by our message id. `signal` ends a request early; before the
 * first byte that is `notSent`, afterwards `maybeSent`.
 */
export interface Provider extends AsyncDisposable {
  send(messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<ReadonlyMap<string, Outcome>>;
  status(
    messages: readonly FollowedMessage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, StatusAnswer>>;
}

/** A kind of API: what its accounts are configured with, what it can do, and how one is opened. */
export interface ProviderKind<Account extends AccountBase> {
  readonly account: z.ZodType<Account>;
  readonly capabilities: Capabilities;
  open(account: Account): Provider;
}
