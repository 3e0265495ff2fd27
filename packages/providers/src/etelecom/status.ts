import type { Report, StatusAnswer } from "@hermod/core/report";
import type { Secret } from "@hermod/core/secret";
import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import { withoutSecrets } from "../plain-text.ts";
import type { FollowedMessage } from "../provider.ts";
import { STATUS_WORDS } from "./codes.ts";
import type { EtelecomAccount } from "./config.ts";
import { readStatus } from "./read-status.ts";
import { unauthorizedCode } from "./send.ts";
import { hasStatus, requestBody, StatusReply } from "./wire.ts";

/** Asks GetStatusOmni about one message (documents/etelecom-status.txt). */
export async function askOne(
  http: Http,
  account: EtelecomAccount,
  message: FollowedMessage,
  signal: AbortSignal,
): Promise<StatusAnswer> {
  if (message.providerId === undefined) return nothing("no_provider_id");
  const body = requestBody(account, { idOmniMess: message.providerId });
  // The documented call names no content type; a public client of the platform sends this one.
  const headers = { "content-type": "application/json" };
  const result = await http.request(
    { method: "POST", path: "/api/OmniReport/GetStatusOmni", headers, body },
    signal,
  );
  if (result.kind === "answer" && result.status === 401) return nothing(unauthorizedCode(result.text));
  return (
    unavailable(result) ?? readAnswer(result.kind === "answer" ? result.text : "", message, account.password)
  );
}

function readAnswer(text: string, message: FollowedMessage, password: Secret): StatusAnswer {
  const read = readStatus(text);
  if (read === undefined) return nothing("not_understood");
  const fields = withoutSecrets(read.fields, [password.reveal()]);
  const reply = StatusReply.parse(fields);
  if ((reply.idomnimess || message.providerId) !== message.providerId) return nothing("other_message");
  if (!hasStatus(fields)) return nothing("no_status");
  return { kind: "report", report: reportOf(reply, read.leniently) };
}

/** What the fields of an answer or a push say, in our words. */
export function reportOf(reply: StatusReply, leniently: boolean): Report {
  const { status = "unreadable", errorcode, mtcount } = reply;
  return {
    kind: STATUS_WORDS.get(status.toUpperCase()) ?? "unmapped",
    word: status,
    ...(errorcode === undefined ? {} : { code: errorcode }),
    ...(mtcount === undefined ? {} : { parts: mtcount }),
    details: detailsOf(reply, leniently),
  };
}

function detailsOf(reply: StatusReply, leniently: boolean): Record<string, string> {
  const details = {
    channel: reply.channel,
    errorCode: reply.errorcode,
    telcoid: reply.telcoid,
    duration: reply.duration,
    ischarged: reply.ischarged,
    parsed: leniently ? "leniently" : undefined,
  };
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function nothing(reason: string): StatusAnswer {
  return { kind: "unavailable", reason };
}
