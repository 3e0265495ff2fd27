import { stepAt } from "../timeline.ts";
import { type StatusFields, vietnamTime } from "./answers.ts";
import type { Plan } from "./plan.ts";
import type { SendRequest } from "./send.ts";

/** A message eTelecom has taken: what it is, when it came, what becomes of it. */
export interface EtelecomMessage extends SendRequest {
  /** Its `idOmniMess`. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly plan: Plan;
  /** The status at the end of the timeline; PROCESSING when it never reports. */
  readonly finalStatus: string;
  /** From when on it says so, epoch ms; absent when it never reports. */
  readonly finalAt?: number;
}

export function acceptedMessage(request: SendRequest, id: string, at: number, plan: Plan): EtelecomMessage {
  const last = plan.steps.at(-1);
  if (last === undefined) return { ...request, id, at, plan, finalStatus: "PROCESSING" };
  return { ...request, id, at, plan, finalStatus: last.status, finalAt: at + last.afterMs };
}

/** What GetStatusOmni says of a message at this time. */
export function statusOf(
  message: EtelecomMessage,
  now: number,
  channels: Readonly<Record<string, string>>,
): StatusFields {
  const step = stepAt(message.plan.steps, now - message.at);
  const channel = step?.channel ?? message.routeRule[0] ?? "";
  return {
    phonenumber: message.phoneNumber,
    list_param: message.params,
    createdatetime: vietnamTime(message.at),
    status: step?.status ?? "PROCESSING",
    channel: channels[channel] ?? channel,
    templatecode: message.templateCode,
    errorCode: step?.errorCode ?? "",
    ...channelFields(channel, message.plan),
  };
}

/** The fields the status document adds for SMS and AutoCall; for ZNS it names none. */
function channelFields(channel: string, plan: Plan): Partial<StatusFields> {
  if (channel === "3") return { mtcount: plan.mtCount ?? 1, telcoid: plan.telcoId ?? 3 };
  return channel === "2" ? { duration: plan.duration ?? 12 } : {};
}

/** Our guess for an id nobody knows, of which the document says nothing: the same fields, empty. */
export const UNKNOWN_ID: StatusFields = {
  phonenumber: "",
  list_param: {},
  createdatetime: "",
  status: "",
  channel: "",
  templatecode: "",
  errorCode: "",
};
