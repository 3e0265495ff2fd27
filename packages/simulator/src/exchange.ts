import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Answer } from "./answer.ts";
import { type ChooseFault, doesItsWork, type Fault } from "./faults.ts";
import type { AcceptedMessage, LoggedRequest } from "./ground-truth.ts";
import { answerWith } from "./misbehave.ts";
import { type Operation, type ReceivedRequest, readBody } from "./request.ts";

/** What a provider does with a request, by its document. */
export interface Work {
  readonly answer: Answer;
  readonly acceptedIds?: readonly string[];
}

/** A provider, as the server needs it. */
export interface Provider<Accepted extends AcceptedMessage> {
  /** Which operation a path serves; none means 404. */
  operation(path: string): Operation | undefined;
  work(request: ReceivedRequest): Work;
  /** What a caller meets who may not come in, before any fault; absent when the work itself turns callers away. */
  readonly keepOut?: (request: ReceivedRequest) => Fault | undefined;
  readonly accepted: readonly Accepted[];
}

/**
 * Sets the fault that the next `times` requests of an operation meet, all of them when absent, in place of what was set;
 * `undefined` takes it back.
 */
export type SetFault = (operation: Operation, fault: Fault | undefined, times?: number) => void;

export interface Exchange {
  readonly requests: readonly LoggedRequest[];
  readonly setFault: SetFault;
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    operation: Operation,
  ): Promise<void>;
}

/** Takes requests: logs each, lets the provider work unless a fault forbids it, answers as the fault wants it. */
export function openExchange(
  { work, keepOut }: Pick<Provider<AcceptedMessage>, "work" | "keepOut">,
  choose: ChooseFault | undefined,
  now: () => number,
  signal: AbortSignal,
): Exchange {
  const requests: LoggedRequest[] = [];
  const counts: Record<Operation, number> = { send: 0, status: 0, balance: 0 };
  const faults = openFaults(choose);
  return {
    requests,
    setFault: faults.set,
    async handle(request, response, path, operation) {
      const entry: LoggedRequest = { operation, order: ++counts[operation], at: now(), acceptedIds: [] };
      if (request.method === "GET") entry.path = path;
      requests.push(entry);
      const read = await text(request).then(readBody, () => undefined);
      if (read === undefined) {
        entry.cutShort = true;
        return;
      }
      entry.body = read.body;
      const received = { ...about(request, path), ...read, operation, order: entry.order, at: entry.at };
      const fault = keepOut?.(received) ?? faults.next(received);
      const { answer, acceptedIds = [] } = doesItsWork(fault) ? work(received) : NOTHING;
      entry.acceptedIds = acceptedIds;
      note(entry, answer, fault);
      await answerWith(response, answer, fault, signal);
    },
  };
}

const NOTHING: Work = { answer: { status: 200, body: "" } };

function openFaults(choose: ChooseFault | undefined) {
  const pending: Partial<Record<Operation, { readonly fault: Fault; left: number }>> = {};
  return {
    set(operation: Operation, fault: Fault | undefined, times = Number.POSITIVE_INFINITY): void {
      if (fault === undefined || times <= 0) delete pending[operation];
      else pending[operation] = { fault, left: times };
    },
    next(request: ReceivedRequest): Fault | undefined {
      const entry = pending[request.operation];
      if (entry === undefined) return choose?.(request);
      if (--entry.left <= 0) delete pending[request.operation];
      return entry.fault;
    },
  };
}

function about({ method = "", url: target = "", headers, socket }: IncomingMessage, path: string) {
  return { method, path, target, headers, remoteAddress: socket.remoteAddress ?? "" };
}

function note(entry: LoggedRequest, right: Answer, fault: Fault | undefined): void {
  if (fault !== undefined) entry.fault = fault.kind;
  if (fault?.kind === "reset" || fault?.kind === "silence") return;
  entry.answered = fault?.kind === "answer" ? fault.answer.status : right.status;
}
