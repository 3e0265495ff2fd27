import type { StatusAnswer } from "@hermod/core/report";
import type { Secret } from "@hermod/core/secret";
import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import { isNumberOf, withoutSecrets } from "../plain-text.ts";
import type { FollowedMessage } from "../provider.ts";
import { type BitelAccount, versionOf } from "./config.ts";
import { fits } from "./masked-number.ts";
import { reportOf } from "./read-report.ts";
import { authorization } from "./request.ts";
import { type Fields, fieldsOf, fullNumber, idOf, isNoError, parseJson } from "./wire.ts";

type Answers = ReadonlyMap<string, StatusAnswer>;

/**
 * Asks about messages (docs/providers/bitel.md §4): v1 once for each batch, which answers for all of its messages, and once
 * for each other message; v2, which has no batch detail, once for each message.
 */
export async function ask(
  http: Http,
  account: BitelAccount,
  messages: readonly FollowedMessage[],
  signal: AbortSignal,
): Promise<Answers> {
  const batchOf = ({ batchId }: FollowedMessage) => (versionOf(account) === "v1" ? batchId : undefined);
  const byBatch = Map.groupBy(messages, batchOf);
  const alone = byBatch.get(undefined) ?? [];
  byBatch.delete(undefined);
  const read = async (path: string): Promise<Envelope> => {
    const result = await http.request({ method: "GET", path, headers: authorization(account) }, signal);
    if (result.kind === "answer" && result.status === 401) return { why: nothing("credentials") };
    const why = unavailable(result);
    return why === undefined ? envelopeOf(result.kind === "answer" ? result.text : "") : { why };
  };
  const answers = await Promise.all([
    ...alone.map(
      async (message): Promise<Answers> => new Map([[message.id, await askOne(read, account, message)]]),
    ),
    ...Array.from(byBatch, ([batchId = "", batch]) => askBatch(read, account, batchId, batch)),
  ]);
  return new Map(answers.flatMap((some) => [...some]));
}

/** The result of an answer, or why there is none. */
type Envelope = { readonly why: StatusAnswer } | { readonly result: unknown };
type Read = (path: string) => Promise<Envelope>;

function envelopeOf(text: string): Envelope {
  const fields = fieldsOf(parseJson(text));
  if (fields === undefined) return { why: nothing("not_understood") };
  return isNoError(fields["error"]) ? { result: fields["result"] } : { why: nothing("refused") };
}

async function askOne(read: Read, account: BitelAccount, message: FollowedMessage): Promise<StatusAnswer> {
  const { providerId } = message;
  if (providerId === undefined) return nothing("no_provider_id");
  const path = versionOf(account) === "v1" ? "/sms/detail/single" : "/sms/status";
  const envelope = await read(`${path}/${encodeURIComponent(providerId)}`);
  if ("why" in envelope) return envelope.why;
  const [item, ...more] = [envelope.result].flat().map((value) => itemOf(value, account.token));
  if (item === undefined || more.length > 0) return nothing("not_understood");
  const id = idIn(item);
  if ((id ?? providerId) !== providerId || fits(item["phonenumber"], message.to) === "no")
    return nothing("other_message");
  const report = reportOf(item);
  // Without an id, only a status makes it a statement about a message.
  if (report === undefined || (id === undefined && report.word === "no_status")) return nothing("no_status");
  return { kind: "report", report };
}

/** What is said of one message, without anything that repeats the token. */
function itemOf(value: unknown, token: Secret): Fields | undefined {
  const fields = fieldsOf(value);
  return fields === undefined ? undefined : withoutSecrets(fields, [token.reveal()]);
}

async function askBatch(
  read: Read,
  { token }: BitelAccount,
  batchId: string,
  batch: readonly FollowedMessage[],
): Promise<Answers> {
  const envelope = await read(`/sms/detail/batch/${encodeURIComponent(batchId)}`);
  const items = "why" in envelope ? [] : [envelope.result].flat().map((value) => itemOf(value, token));
  const answerTo = (message: FollowedMessage): StatusAnswer => {
    if ("why" in envelope) return envelope.why;
    if (typeof envelope.result !== "object" || envelope.result === null) return nothing("not_understood");
    return answerIn(items, message, batch);
  };
  return new Map(batch.map((message) => [message.id, answerTo(message)]));
}

type Items = readonly (Fields | undefined)[];

/**
 * What the items of a batch say about one message. They carry Bitel's ids, which the answer to the send request did not tell:
 * where the id is not known yet, the number decides, and where that is masked, the place in the batch. Not all items need to be
 * there at once.
 */
function answerIn(items: Items, message: FollowedMessage, batch: readonly FollowedMessage[]): StatusAnswer {
  const { providerId, to } = message;
  const found = items.flatMap((item) => {
    if (item === undefined) return [];
    const isOwn =
      providerId === undefined ? fullNumber(item["phonenumber"]) === to : idIn(item) === providerId;
    return isOwn ? [item] : [];
  });
  const [item = itemAt(items, message, batch), ...more] = found;
  if (item === undefined) return nothing("not_listed");
  const isOther = ({ providerId: id, to: number }: FollowedMessage) => id === undefined && number === to;
  if (more.length > 0 || (providerId === undefined && batch.filter(isOther).length > 1))
    return nothing("ambiguous");
  const report = reportOf(item);
  if (report === undefined) return nothing("no_status");
  const told = idIn(item);
  const isId = told !== undefined && !isNumberOf(to, told);
  return { kind: "report", report: isId ? { ...report, providerId: told } : report };
}

/**
 * The item in the place where the message stood in its request. That the order is kept is nowhere promised, so all that can be
 * seen must agree with it: the list is whole, the digits of the number in this place say that it is this one, and no other
 * message stands in a place that is not its own.
 */
function itemAt(
  items: Items,
  message: FollowedMessage,
  batch: readonly FollowedMessage[],
): Fields | undefined {
  const { providerId, place: [index, of] = [], to } = message;
  if (index === undefined || providerId !== undefined || items.length !== of) return undefined;
  const item = items[index];
  const isInOrder = batch.every((other) => {
    const there = other.place && items[other.place[0]];
    if (there === undefined) return true;
    const id = idIn(there);
    const isAnothers = other.providerId !== undefined && id !== undefined && id !== other.providerId;
    return !isAnothers && fits(there["phonenumber"], other.to) !== "no";
  });
  return item !== undefined && isInOrder && fits(item["phonenumber"], to) === "yes" ? item : undefined;
}

function idIn(item: Fields): string | undefined {
  return idOf(item["id"]) ?? idOf(item["requestid"]);
}

function nothing(reason: string): StatusAnswer {
  return { kind: "unavailable", reason };
}
