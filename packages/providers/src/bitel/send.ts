import type { Outcome } from "@hermod/core/outcome";
import type { Http } from "../http.ts";
import { failedSend } from "../http-evidence.ts";
import type { OutgoingMessage } from "../provider.ts";
import type { BitelAccount } from "./config.ts";
import { localNumber } from "./limits.ts";
import { readSend } from "./read-send.ts";
import { authorization, grouped, requestFor, type Sendable } from "./request.ts";

type Outcomes = ReadonlyMap<string, Outcome>;

/** Hands messages over (docs/providers/bitel.md §2), in as few requests as the account allows. */
export async function send(
  http: Http,
  account: BitelAccount,
  messages: readonly OutgoingMessage[],
  signal: AbortSignal,
): Promise<Outcomes> {
  const read = messages.map((message) => [message.id, sendableOf(message)] as const);
  const refused = read.flatMap(([id, result]) => ("kind" in result ? [[id, result] as const] : []));
  const sendable = read.flatMap(([, result]) => ("kind" in result ? [] : [result]));
  const answered = await Promise.all(
    grouped(sendable, account.sendBatch).map((group) => sendGroup(http, account, group, signal)),
  );
  return new Map([...refused, ...answered.flatMap((outcomes) => [...outcomes])]);
}

/** What Bitel cannot take is ended here, before anything is written. */
function sendableOf(message: OutgoingMessage): Sendable | Outcome {
  const number = localNumber(message.to);
  const { text } = message.content;
  if (number === undefined)
    return { kind: "rejected", scope: "recipient", code: "number_not_iranian_mobile", providerCode: "" };
  if (text === undefined) return { kind: "rejected", scope: "message", code: "needs_text", providerCode: "" };
  return { message, number, text };
}

async function sendGroup(
  http: Http,
  account: BitelAccount,
  group: readonly Sendable[],
  signal: AbortSignal,
): Promise<Outcomes> {
  const { path, body } = requestFor(group, account);
  const headers = { ...authorization(account), "content-type": "application/json" };
  const result = await http.request({ method: "POST", path, headers, body }, signal);
  if (result.kind === "answer") return readSend(result, group, account);
  const outcome = failedSend(result);
  return new Map(group.map(({ message }) => [message.id, outcome]));
}
