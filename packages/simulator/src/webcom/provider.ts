import { jsonAnswer } from "../answer.ts";
import type { Provider, Work } from "../exchange.ts";
import { randomFor } from "../random.ts";
import type { Operation, ReceivedRequest } from "../request.ts";
import { balanceAnswer, errorAnswer, sendAnswer, stateItem, statesAnswer, unknownItem } from "./answers.ts";
import type { Contract } from "./contract.ts";
import { type Fields, type Form, membersOf } from "./envelope.ts";
import type { WebcomMessage } from "./message.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import { readSend } from "./send.ts";
import type { RequestError } from "./texts.ts";

export interface Webcom extends Provider<WebcomMessage> {
  /** Adds money to the account; held messages go out, oldest first, as far as it reaches. */
  topUp(money: number): void;
  /** Puts a number on the stop list. */
  stop(number: string): void;
  /** Locks the account, or unlocks it. */
  setLocked(locked: boolean): void;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "/json": "send",
  "/json/state.php": "status",
  "/json/balance.php": "balance",
};

/** The provider with its memory: what it accepted, what it was asked before, and whether the account is locked. */
export function openProvider(contract: Contract, now: () => number): Webcom {
  const outbox = openOutbox(contract, now);
  const isRepeated = repeatGuard(contract.repeatGuardMs);
  let locked = false;

  function send(parts: readonly Fields[], { body, at }: ReceivedRequest): Outcome {
    const read = parts.map((part) => readSend(part, contract));
    if (!read.every((part) => part !== undefined)) return { error: "format" };
    if (isRepeated(body, at)) return { error: "repeated" };
    const before = outbox.accepted.length;
    const items = read.flat().map((request) => outbox.take(request, at));
    const acceptedIds = outbox.accepted.slice(before).map(({ id }) => id);
    return { answer: sendAnswer(items), acceptedIds, failed: items.every((item) => "error" in item) };
  }

  function outcome(request: ReceivedRequest): Outcome {
    const { operation, method, headers, body } = request;
    if (method !== "POST" || body === "") return { error: "noData" };
    const parts = membersOf(body, formOf(operation, contract));
    if (parts === undefined || !isUnderstood(headers["content-type"], contract)) return { error: "format" };
    if (!parts.every((part) => isLoggedIn(part, contract))) return { error: "credentials" };
    if (locked) return { error: "locked" };
    switch (operation) {
      case "send":
        return send(parts, request);
      case "status":
        return status(parts, outbox, contract, now());
      case "balance":
        return { answer: balanceAnswer(outbox.money(), contract) };
      default:
        return operation satisfies never;
    }
  }

  return {
    accepted: outbox.accepted,
    operation: (path) => OPERATIONS[path],
    work(request) {
      const result = outcome(request);
      if ("error" in result)
        return { answer: errorAnswer(result.error, contract.language, errorStatus(request, contract)) };
      const { failed, answer, ...rest } = result;
      return {
        ...rest,
        answer: failed === true ? { ...answer, status: errorStatus(request, contract) } : answer,
      };
    },
    topUp: outbox.topUp,
    stop: outbox.stop,
    setLocked(wish) {
      locked = wish;
    },
  };
}

/** A documented error of the whole request, or an answer; `failed` when it holds nothing but errors. */
type Outcome = { readonly error: RequestError } | (Work & { readonly failed?: boolean });

function status(parts: readonly Fields[], { find }: Outbox, contract: Contract, now: number): Outcome {
  const { unknownId, quirks, statesPerRequest } = contract;
  if (!parts.every(isStateQuery)) return { error: "format" };
  const asked = parts.slice(0, statesPerRequest).map(({ id_sms, detail }) => {
    return { id: id_sms, message: find(String(id_sms)), detail: detail === 1 };
  });
  if (unknownId.as === "error" && asked.some(({ message }) => message === undefined))
    return { answer: jsonAnswer({ error: unknownId.text }), failed: true };
  const items = asked.flatMap(({ id, message, detail }) => {
    if (message !== undefined) return stateItem(message, now, { ...contract, detail });
    return unknownId.as === "omission" ? [] : unknownItem(id, unknownId.text);
  });
  return { answer: statesAnswer(items, quirks) };
}

function formOf(operation: Operation, { envelope, stateEnvelope }: Contract): Form {
  if (operation === "send") return envelope.request;
  return operation === "status" ? stateEnvelope : "object";
}

/** The documents demand the header of every call and do not say what becomes of one without it. */
function isUnderstood(given: string | undefined, { contentType }: Contract): boolean {
  return contentType === "any" || /^text\/json\b/i.test(given ?? "");
}

/**
 * Login and password, or the token instead (§2). The tables star all three and the example of documents/webcom-state.txt has
 * all three: whatever is given must be right, and what is empty is not given.
 */
function isLoggedIn({ login = "", password = "", token = "" }: Fields, contract: Contract): boolean {
  if (token !== "" && token !== contract.token) return false;
  if (login === "" && password === "") return token !== "";
  return login === contract.login && password === contract.password;
}

/** `id_sms` is Int in the table and text in the example of documents/webcom-state.txt; `detail` is starred. */
function isStateQuery({ id_sms, detail }: Fields): boolean {
  const isId = typeof id_sms === "string" ? /^\d+$/.test(id_sms) : Number.isSafeInteger(id_sms);
  return isId && (detail === 0 || detail === 1);
}

function errorStatus({ operation, order }: ReceivedRequest, { seed, errorStatus: wish }: Contract): number {
  if (wish !== "either") return wish;
  return randomFor(seed, `error status ${operation}`, order)() < 0.5 ? 200 : 400;
}

/** Says whether the same body came within the time before; one that is turned down starts no time anew. */
function repeatGuard(withinMs: number): (body: unknown, at: number) => boolean {
  const taken = new Map<string, number>();
  return (body, at) => {
    if (withinMs <= 0) return false;
    const key = JSON.stringify(body);
    const repeated = at - (taken.get(key) ?? Number.NEGATIVE_INFINITY) < withinMs;
    if (!repeated) taken.set(key, at);
    return repeated;
  };
}
