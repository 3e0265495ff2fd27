import type { Content } from "@hermod/core/message";
import type { Outcome } from "@hermod/core/outcome";
import type { Answer } from "../exchange.ts";
import type { Http } from "../http.ts";
import { failedSend, maybeSent, sendByStatus } from "../http-evidence.ts";
import { parseJson } from "../json.ts";
import { isNumberOf, repeatsSecret } from "../plain-text.ts";
import type { OutgoingMessage } from "../provider.ts";
import { ACCEPTED, PARAMETER_FORMAT, REFUSALS, UNAUTHORIZED, UNDOCUMENTED } from "./codes.ts";
import type { EtelecomAccount } from "./config.ts";
import { fieldsOf, requestBody, SendReply } from "./wire.ts";

/** Hands one message to SendMessage (documents/etelecom-send.txt). */
export async function sendOne(
  http: Http,
  account: EtelecomAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<Outcome> {
  const { template, params = {} } = message.content;
  // eTelecom has no field for a free text; such a message is ended here, before anything is written.
  if (template === undefined)
    return { kind: "rejected", scope: "message", code: "needs_template", providerCode: "" };
  const routeRule = message.routeRule ?? account.routeRule;
  const body = requestBody(account, {
    phonenumber: message.to.replace(/^\+/, ""),
    routerule: account.routeRuleForm === "string" ? routeRule.join(",") : routeRule,
    templatecode: template,
    list_param: params,
  });
  const headers = { "content-type": "application/json" };
  const result = await http.request(
    { method: "POST", path: "/api/OmniMessage/SendMessage", headers, body },
    signal,
  );
  return result.kind === "failed" ? failedSend(result) : readSend(result, message, account);
}

function readSend(answer: Answer, message: OutgoingMessage, account: EtelecomAccount): Outcome {
  const { params = {} } = message.content;
  if (answer.status === 401) {
    return { kind: "rejected", scope: "account", code: unauthorizedCode(answer.text), providerCode: "401" };
  }
  const byStatus = sendByStatus(answer);
  if (byStatus) return byStatus;
  const reply = SendReply.safeParse(fieldsOf(parseJson(answer.text)));
  if (!reply.success) return maybeSent("not_understood");
  const { status, code, idomnimess } = reply.data;
  // Without an id the message cannot be followed, but it was taken: a second request would be a second message.
  if (status === ACCEPTED) {
    const isId = idomnimess !== undefined && !isRepeated(idomnimess, message, account);
    return { kind: "accepted", ...(isId ? { providerId: idomnimess } : {}) };
  }
  const parameter = status === PARAMETER_FORMAT ? parameterName(code, params) : undefined;
  const providerCode = parameter === undefined ? status : `${status} ${parameter}`;
  return {
    kind: "rejected",
    ...(account.errorCodes[status] ?? REFUSALS.get(status) ?? UNDOCUMENTED),
    providerCode,
  };
}

/** Whether an id is something that we sent, and no id. */
function isRepeated(id: string, { to, content }: OutgoingMessage, { password }: EtelecomAccount): boolean {
  const isParameter = Object.values(content.params ?? {}).includes(id);
  return isParameter || isNumberOf(to, id) || repeatsSecret(id, password.reveal());
}

/** Our word for a 401. */
export function unauthorizedCode(text: string): string {
  const lowered = text.toLowerCase();
  return UNAUTHORIZED.find(([part]) => lowered.includes(part))?.[1] ?? "unauthorized";
}

/**
 * The parameter that a refusal names: a plain identifier that is no part of a value, since what stands there is the
 * provider's text and could be the one-time password itself.
 */
function parameterName(text: string, params: NonNullable<Content["params"]>): string | undefined {
  const name = /^\s{0,9}Wrong Format Parameter:\s{0,9}([A-Za-z_]\w{0,39})\s{0,9}$/i.exec(text)?.[1];
  if (name === undefined || Object.hasOwn(params, name)) return name;
  const lowered = name.toLowerCase();
  return Object.values(params).some((value) => value.toLowerCase().includes(lowered)) ? undefined : name;
}
