import type { Outcome } from "@hermod/core/outcome";
import type { Answer } from "../../src/exchange.ts";
import type { Http } from "../../src/http.ts";
import { failedSend, maybeSent, sendByStatus } from "../../src/http-evidence.ts";
import { parseJson } from "../../src/json.ts";
import { keptWord } from "../../src/plain-text.ts";
import type { OutgoingMessage } from "../../src/provider.ts";
import { REFUSALS } from "./codes.ts";
import type { PigeonAccount } from "./config.ts";
import { ErrorReply, SendReply } from "./wire.ts";

export async function sendOne(
  http: Http,
  { key }: PigeonAccount,
  { to, content: { text }, validForMs }: OutgoingMessage,
  signal: AbortSignal,
): Promise<Outcome> {
  if (text === undefined) return { kind: "rejected", scope: "message", code: "needs_text", providerCode: "" };
  const body = JSON.stringify({ to: to.slice(1), text, ttl: Math.floor(validForMs / 1000) });
  const headers = { "x-key": key.reveal(), "content-type": "application/json" };
  const result = await http.request({ method: "POST", path: "/messages", headers, body }, signal);
  return result.kind === "failed" ? failedSend(result) : readSend(result, [text, key.reveal()]);
}

function readSend(answer: Answer, ours: readonly string[]): Outcome {
  const reply = parseJson(answer.text);
  const error = ErrorReply.safeParse(reply).data?.error;
  if (error !== undefined && answer.status >= 400 && answer.status <= 499 && answer.status !== 429) {
    const refusal = REFUSALS.get(error);
    if (refusal) return { kind: "rejected", scope: refusal[0], code: refusal[1], providerCode: error };
    return maybeSent(`unmapped: ${keptWord(error, ours) ?? "unreadable"}`);
  }
  const byStatus = sendByStatus(answer);
  if (byStatus) return byStatus;
  const taken = SendReply.safeParse(reply).data;
  if (taken === undefined) return maybeSent("not_understood");
  const { id: providerId, parts } = taken;
  return { kind: "accepted", providerId, ...(parts === undefined ? {} : { parts }) };
}
