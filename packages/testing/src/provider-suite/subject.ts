import type { Capabilities } from "@hermod/core/capabilities";
import type { Content } from "@hermod/core/message";
import type { Outcome } from "@hermod/core/outcome";
import type { Report, StatusAnswer } from "@hermod/core/report";
import type { WireAnswer, WireRequest } from "../wire.ts";

/** A message of the suite: on its way out, followed and sought in one. */
export interface Message {
  readonly id: string;
  readonly to: string;
  readonly content: Content;
  readonly validForMs: number;
  readonly reference: number;
  readonly attemptedAt: number;
  readonly providerId?: string;
  readonly batchId?: string;
}

/** Anything an adapter tells of a message, or of the account. */
export interface Told {
  readonly kind: string;
}

type Answers<Result> = Promise<ReadonlyMap<string, Result>>;

/** A pushed report, as far as the suite looks at it. */
export interface Pushed {
  readonly providerId?: string;
  readonly batchId?: string;
  readonly reference?: number;
  readonly to?: string;
  readonly report: Report;
}

type Push =
  | {
      readonly kind: "reports";
      readonly reports: readonly Pushed[];
      acknowledge(stored: readonly Pushed[]): { readonly status: number; readonly body: string };
    }
  | { readonly kind: "unreadable"; readonly why: string };

/** An open account, as every adapter has it. */
export interface Adapter extends AsyncDisposable {
  send(messages: readonly Message[], signal: AbortSignal): Answers<Outcome>;
  status(messages: readonly Message[], signal: AbortSignal): Answers<StatusAnswer>;
  lookup?(messages: readonly Message[], signal: AbortSignal): Answers<Told>;
  readPush?(body: string): Push;
  balance?(signal: AbortSignal): Promise<Told>;
  health?(signal: AbortSignal): Promise<Told>;
}

/** The account that the suite opens. */
export interface AccountSettings {
  readonly baseUrl: string;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly caFile?: string;
}

/** An answer about `message(0)`, and the one thing that it tells. */
export interface Row<Result> {
  /** The code as its document prints it. */
  readonly code: string;
  readonly answer: WireAnswer;
  readonly result: Result;
}

/** What a provider is asked, and what its document says it answers. */
export interface Operation<Result extends Told> {
  /** Whether a request is of this operation, where others are made on the way. */
  readonly isOwn?: (request: Pick<WireRequest, "method" | "path">) => boolean;
  /** One request is about any number of messages. */
  readonly isShared?: true;
  /** Answers that are none of the documented ones tell something all the same, for example that somebody is there. */
  readonly isLenient?: true;
  /** The right answer to a request: in JSON, and something else about each message where that can be. */
  readonly answer: (request: WireRequest) => WireAnswer;
  /** What that answer tells of a message that is asked about together with these. */
  readonly result: (message: Message, all: readonly Message[]) => Result;
  /** Every code that the documents print, read from them. */
  readonly documented?: readonly string[];
  /** At least one row for each of those, and none for any other. */
  readonly codes?: readonly Row<Result>[];
  /** Codes that no document has; none of them may become a state or an acceptance, and each is kept. */
  readonly unknown?: readonly Row<Result>[];
}

/** What a provider pushes. */
export interface PushOperation {
  /** A body with reports of several messages where the provider sends several in one, and what it tells of them. */
  readonly body: string;
  readonly reports: readonly Pushed[];
  readonly documented: readonly string[];
  /** `answer` is the body pushed. */
  readonly codes: readonly { readonly code: string; readonly body: string; readonly report: Report }[];
  readonly unknown: readonly { readonly code: string; readonly body: string; readonly report: Report }[];
}

/** A documented code as the adapter tells it as data: in which answer it stands, and what it is taken for. */
interface CodeAsData {
  readonly call: string;
  readonly code: string;
  readonly meaning: string;
  readonly scope?: string;
  readonly reason?: string;
}

/** An adapter and its provider's documents, as the suite needs them. */
export interface Subject {
  readonly capabilities: Pick<Capabilities, "balance" | "lookup" | "reports" | "sendBatch" | "statusBatch">;
  readonly codes: readonly CodeAsData[];
  readonly open: (account: AccountSettings) => Adapter;
  /** Credentials in every form in which they are on the wire. */
  readonly secrets: readonly string[];
  /** The n-th message: a number that the provider takes, and the ids it would have given. */
  readonly message: (n: number) => Pick<Message, "to" | "providerId" | "batchId">;
  /** What is answered to somebody who is not let in yet, before anything else. */
  readonly admit?: (request: WireRequest) => WireAnswer | undefined;
  /** A documented body counts under any HTTP status, because its provider's document leaves the status open. */
  readonly bodyDecides?: true;
  readonly send: Operation<Outcome>;
  readonly status: Operation<StatusAnswer>;
  /** By name: a search may take several requests, each of which is one. */
  readonly lookups?: Readonly<Record<string, Operation<Told>>>;
  readonly balance?: Operation<Told>;
  readonly health?: Operation<Told>;
  readonly push?: PushOperation;
}
