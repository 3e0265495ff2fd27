import type { StatusAnswer } from "@hermod/core/report";
import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import type { FollowedMessage } from "../provider.ts";
import type { BitelAccount } from "./config.ts";
import { reportOf } from "./read-report.ts";
import { authorization } from "./request.ts";
import { type Fields, fieldsOf, fullNumber, idOf, parseJson } from "./wire.ts";

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
  const batchOf = ({ batchId }: FollowedMessage) => (account.version === "v1" ? batchId : undefined);
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
    ...Array.from(byBatch, ([batchId = "", batch]) => askBatch(read, batchId, batch)),
  ]);
  return new Map(answers.flatMap((some) => [...some]));
}

/** The result of an answer, or why there is none. */
type Envelope = { readonly why: StatusAnswer } | { readonly result: unknown };
type Read = (path: string) => Promise<Envelope>;

function envelopeOf(text: string): Envelope {
  const fields = fieldsOf(parseJson(text));
  if (fields === undefined) return { why: nothing("not_understood") };
  return (fields["error"] ?? null) === null ? { result: fields["result"] } : { why: nothing("refused") };
}

async function askOne(
  read: Read,
  { version }: BitelAccount,
  message: FollowedMessage,
): Promise<StatusAnswer> {
  const { providerId } = message;
  if (providerId === undefined) return nothing("no_provider_id");
  const path = version === "v1" ? "/sms/detail/single" : "/sms/status";
  const envelope = await read(`${path}/${encodeURIComponent(providerId)}`);
  if ("why" in envelope) return envelope.why;
  const item = fieldsOf(envelope.result);
  if (item === undefined) return nothing("not_understood");
  const id = idOf(item["id"]) ?? idOf(item["requestid"]);
  const to = fullNumber(item["phonenumber"]);
  if ((id ?? providerId) !== providerId || (to ?? message.to) !== message.to) return nothing("other_message");
  const report = reportOf(item);
  // Without an id, only a status makes it a statement about a message.
  if (report === undefined || (id === undefined && report.word === "no_status")) return nothing("no_status");
  return { kind: "report", report };
}

async function askBatch(read: Read, batchId: string, batch: readonly FollowedMessage[]): Promise<Answers> {
  const envelope = await read(`/sms/detail/batch/${encodeURIComponent(batchId)}`);
  const answerTo = (message: FollowedMessage): StatusAnswer => {
    if ("why" in envelope) return envelope.why;
    if (!Array.isArray(envelope.result)) return nothing("not_understood");
    return answerIn(
      envelope.result.map(fieldsOf).filter((item) => item !== undefined),
      message,
      batch,
    );
  };
  return new Map(batch.map((message) => [message.id, answerTo(message)]));
}

/**
 * What the items of a batch say about one message. They carry Bitel's ids, which the answer to the send request did not tell, so that
 * mostly the number decides; never the place, which nothing promises, and never a masked number. Not all items need to be
 * there at once.
 */
function answerIn(
  items: readonly Fields[],
  message: FollowedMessage,
  batch: readonly FollowedMessage[],
): StatusAnswer {
  const { providerId, to } = message;
  const found = items.filter((item) =>
    providerId === undefined ? fullNumber(item["phonenumber"]) === to : idOf(item["id"]) === providerId,
  );
  const [item, ...more] = found;
  if (item === undefined) return nothing("not_listed");
  const isOther = ({ providerId: id, to: number }: FollowedMessage) => id === undefined && number === to;
  if (more.length > 0 || (providerId === undefined && batch.filter(isOther).length > 1))
    return nothing("ambiguous");
  const report = reportOf(item);
  return report === undefined ? nothing("no_status") : { kind: "report", report };
}

function nothing(reason: string): StatusAnswer {
  return { kind: "unavailable", reason };
}
