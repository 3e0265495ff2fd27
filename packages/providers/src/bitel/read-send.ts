import type { Outcome } from "@hermod/core/outcome";
import type { Answer } from "../exchange.ts";
import { maybeSent, sendByStatus } from "../http-evidence.ts";
import { isNumberOf } from "../plain-text.ts";
import type { Refusal } from "../refusal.ts";
import { BATCH_REFUSED, REFUSALS, REFUSALS_BY_STATUS, UNAUTHORIZED, UNDOCUMENTED } from "./codes.ts";
import type { BitelAccount } from "./config.ts";
import { fits } from "./masked-number.ts";
import type { Sendable } from "./request.ts";
import { ERROR_CODE, type Fields, fieldsOf, fullNumber, idOf, isNoError, parseSendAnswer } from "./wire.ts";

type Group = readonly Sendable[];

/** What an answer to a send request proves for each of its messages (docs/providers/bitel.md §1–2). */
export function readSend(answer: Answer, group: Group, account: BitelAccount): ReadonlyMap<string, Outcome> {
  const { status } = answer;
  const fields = fieldsOf(parseSendAnswer(answer.text));
  const plain =
    (status === 401 ? rejected(UNAUTHORIZED, "401") : undefined) ??
    refusalOf(status, fields, group, account) ??
    refusalByStatus(status, fields) ??
    sendByStatus(answer);
  if (plain) return forAll(group, plain);
  const { result, error } = fields ?? {};
  if (fields === undefined || !isNoError(error)) return forAll(group, maybeSent("not_understood"));
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
  if (typeof error !== "string" || isNoError(error) || !isNothing(result)) return undefined;
  const told = error.trim();
  const known = own(account.errorCodes, told) ?? own(REFUSALS, told);
  const documented = status < 300 ? known : (known ?? REFUSALS_BY_STATUS.get(status) ?? UNDOCUMENTED);
  if (documented === undefined || status === 429 || status >= 500) return undefined;
  // A code that nobody knows stays one, so that somebody hears of it.
  const isShared = group.length > 1 && known !== undefined && documented.scope !== "account";
  const isKept = known !== undefined || isPrintable(told, group, account);
  return rejected(isShared ? BATCH_REFUSED : documented, isKept ? told : "unreadable");
}

/** A status that says so itself, from whoever stands at the door; unless something was taken all the same. */
function refusalByStatus(status: number, fields: Fields | undefined): Outcome | undefined {
  const refusal = REFUSALS_BY_STATUS.get(status);
  return refusal && isNothing(fields?.["result"]) ? rejected(refusal, String(status)) : undefined;
}

/** `null` is documented for a refusal; what else is empty tells as little. */
function isNothing(result: unknown): boolean {
  if (typeof result === "object" && result !== null) return Object.keys(result).length === 0;
  return result === null || result === undefined || result === "";
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
  return new Map(
    group.map(({ message }, index) => [
      message.id,
      batchId === undefined
        ? { kind: "accepted" }
        : { kind: "accepted", batchId, place: [index, group.length] },
    ]),
  );
}

interface Item {
  /** The number as the answer prints it. */
  readonly printed: unknown;
  /** E.164, where the answer tells the number and does not mask it. */
  readonly to: string | undefined;
  readonly accepted: Outcome & { kind: "accepted" };
}

/** The answer for one message: a bare id, an object with an id, or the full object of v2. */
function itemOf(value: unknown, idIn: (value: unknown) => string | undefined): Item {
  const fields = fieldsOf(value) ?? {};
  const providerId = idIn(value) ?? idIn(fields["requestid"]) ?? idIn(fields["id"]);
  const batchId = idIn(fields["batchid"]);
  const count = fields["partcount"] ?? fields["smscount"];
  return {
    printed: fields["phonenumber"],
    to: fullNumber(fields["phonenumber"]),
    accepted: {
      kind: "accepted",
      ...(providerId === undefined ? {} : { providerId }),
      ...(batchId === undefined ? {} : { batchId }),
      ...(typeof count === "string" && /^[1-9]\d{0,3}$/.test(count) ? { parts: Number(count) } : {}),
    },
  };
}

/**
 * Gives each message the item with its number. Where a number is masked, the place decides, if there are as many items as
 * messages and nothing that can be seen of any number contradicts it (docs/providers/bitel.md §2). An item that stays nobody's is
 * some message's proof of acceptance, but no message's id.
 */
function matched(items: readonly Item[], group: Group): ReadonlyMap<string, Outcome> {
  const nameless = items.filter(({ to }) => to === undefined);
  const found = group.map(({ message }) => items.filter(({ to }) => to === message.to));
  const missing = found.filter((own) => own.length === 0).length;
  const isInOrder =
    items.length === group.length &&
    group.every(({ message }, index) => fits(items[index]?.printed, message.to) !== "no");
  return new Map(
    group.map(({ message }, index): [string, Outcome] => {
      const inPlace = isInOrder ? items[index] : undefined;
      const [item = inPlace, ...more] = found[index] ?? [];
      if (item !== undefined) return [message.id, more.length === 0 ? item.accepted : { kind: "accepted" }];
      return [message.id, nameless.length >= missing ? { kind: "accepted" } : maybeSent("not_in_answer")];
    }),
  );
}

/** Whether a word of the provider repeats what must not be kept: number, text or token of the request. */
function isPrivate(word: string, group: Group, { token }: BitelAccount): boolean {
  if (word === token.reveal()) return true;
  return group.some(
    ({ message, number, text }) =>
      word.includes(number.slice(1)) || isNumberOf(message.to, word) || word === text.trim(),
  );
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
