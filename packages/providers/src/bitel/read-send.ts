import type { Outcome } from "@hermod/core/outcome";
import type { Answer } from "../exchange.ts";
import { maybeSent, sendByStatus } from "../http-evidence.ts";
import {
  BATCH_REFUSED,
  REFUSALS,
  REFUSALS_BY_STATUS,
  type Refusal,
  UNAUTHORIZED,
  UNDOCUMENTED,
} from "./codes.ts";
import type { BitelAccount } from "./config.ts";
import type { Sendable } from "./request.ts";
import { ERROR_CODE, type Fields, fieldsOf, fullNumber, idOf, parseSendAnswer } from "./wire.ts";

type Group = readonly Sendable[];

/** What an answer to a send request proves for each of its messages (docs/providers/bitel.md §1–2). */
export function readSend(answer: Answer, group: Group, account: BitelAccount): ReadonlyMap<string, Outcome> {
  const { status } = answer;
  const fields = fieldsOf(parseSendAnswer(answer.text));
  const plain =
    (status === 401 ? rejected(UNAUTHORIZED, "401") : undefined) ??
    refusalOf(status, fields, group, account) ??
    sendByStatus(answer);
  if (plain) return forAll(group, plain);
  const { result, error } = fields ?? {};
  if (fields === undefined || (error !== undefined && error !== null))
    return forAll(group, maybeSent("not_understood"));
  const outcomes = resultOf(result, group, account);
  // Only the whole envelope says "taken" where no id does.
  const proven =
    error === null ||
    [...outcomes.values()].some((outcome) => "providerId" in outcome || "batchId" in outcome);
  return proven ? outcomes : forAll(group, maybeSent("not_understood"));
}

/**
 * A refusal: an envelope with an error code and no result, as 3xx and 4xx are documented to have. With 200 only a code that we
 * know is believed, since the documents exclude it there; a 5xx or 429 speaks for itself.
 */
function refusalOf(
  status: number,
  fields: Fields | undefined,
  group: Group,
  account: BitelAccount,
): Outcome | undefined {
  const { error, result } = fields ?? {};
  if (typeof error !== "string" || error.trim() === "" || (result !== null && result !== undefined))
    return undefined;
  const told = error.trim();
  const known = own(account.errorCodes, told) ?? own(REFUSALS, told);
  const documented = status < 300 ? known : (known ?? REFUSALS_BY_STATUS.get(status) ?? UNDOCUMENTED);
  if (documented === undefined || status === 429 || status >= 500) return undefined;
  const isShared = group.length > 1 && documented.scope !== "account";
  const isKept = known !== undefined || isPrintable(told, group, account);
  return rejected(isShared ? BATCH_REFUSED : documented, isKept ? told : "unreadable");
}

function resultOf(result: unknown, group: Group, account: BitelAccount): ReadonlyMap<string, Outcome> {
  const idIn = (value: unknown): string | undefined => {
    const id = idOf(value);
    return id === undefined || isPrivate(id, group, account) ? undefined : id;
  };
  if (Array.isArray(result) || group.length === 1) {
    const items = [result].flat().filter((item) => typeof item === "string" || fieldsOf(item) !== undefined);
    if (items.length === 0) return forAll(group, maybeSent("no_result"));
    return matched(
      items.map((item) => itemOf(item, idIn)),
      group,
    );
  }
  if (typeof result !== "string" && fieldsOf(result) === undefined)
    return forAll(group, maybeSent("no_result"));
  // v1 names the whole request, a bare text, and its messages only in the detail.
  const fields = fieldsOf(result) ?? {};
  const batchId = idIn(result) ?? idIn(fields["batchid"]) ?? idIn(fields["requestid"]) ?? idIn(fields["id"]);
  return forAll(group, { kind: "accepted", ...(batchId === undefined ? {} : { batchId }) });
}

interface Item {
  /** E.164, where the answer tells the number and does not mask it. */
  readonly to: string | undefined;
  readonly accepted: Outcome & { kind: "accepted" };
}

/** The answer for one message: a bare id, an object with an id, or the full object of v2. */
function itemOf(value: unknown, idIn: (value: unknown) => string | undefined): Item {
  const fields = fieldsOf(value) ?? {};
  const providerId = idIn(value) ?? idIn(fields["requestid"]) ?? idIn(fields["id"]);
  const batchId = idIn(fields["batchid"]);
  const count = String(fields["partcount"] ?? fields["smscount"] ?? "");
  return {
    to: fullNumber(fields["phonenumber"]),
    accepted: {
      kind: "accepted",
      ...(providerId === undefined ? {} : { providerId }),
      ...(batchId === undefined ? {} : { batchId }),
      ...(/^[1-9]\d{0,3}$/.test(count) ? { parts: Number(count) } : {}),
    },
  };
}

/**
 * Gives each message the item with its number. That the order is the order sent is nowhere promised, so that an item with a
 * masked number is some message's proof of acceptance, but no message's id; the one item of one message is not in doubt.
 */
function matched(items: readonly Item[], group: Group): ReadonlyMap<string, Outcome> {
  const nameless = items.filter(({ to }) => to === undefined);
  const single = group.length === 1 && items.length === 1 ? nameless[0] : undefined;
  const found = group.map(({ message }) => items.filter(({ to }) => to === message.to));
  const missing = found.filter((own) => own.length === 0).length;
  return new Map(
    group.map(({ message }, index): [string, Outcome] => {
      const [item = single, ...more] = found[index] ?? [];
      if (item !== undefined) return [message.id, more.length === 0 ? item.accepted : { kind: "accepted" }];
      return [message.id, nameless.length >= missing ? { kind: "accepted" } : maybeSent("not_in_answer")];
    }),
  );
}

/** Whether a word of the provider repeats what must not be kept: number, text or token of the request. */
function isPrivate(word: string, group: Group, { token }: BitelAccount): boolean {
  if (word === token.reveal()) return true;
  return group.some(({ number, text }) => word.includes(number.slice(1)) || word === text.trim());
}

/** An error code that no document names: kept where it is a plain word and could be no part of a message. */
function isPrintable(code: string, group: Group, account: BitelAccount): boolean {
  if (!ERROR_CODE.test(code) || isPrivate(code, group, account)) return false;
  const told = code.toLowerCase();
  return !group.some(({ text }) => text.toLowerCase().includes(told));
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function rejected(refusal: Refusal, providerCode: string): Outcome {
  return { kind: "rejected", scope: refusal.scope, code: refusal.code, providerCode };
}

function forAll(group: Group, outcome: Outcome): ReadonlyMap<string, Outcome> {
  return new Map(group.map(({ message }) => [message.id, outcome]));
}
