import { type Answer, textAnswer } from "../answer.ts";
import type { Provider, Work } from "../exchange.ts";
import { type Random, randomFor } from "../random.ts";
import type { Operation, ReceivedRequest } from "../request.ts";
import {
  acceptedAnswer,
  FOREIGN_ADDRESS,
  type Quirks,
  refusalAnswer,
  statusAnswer,
  UNAUTHORIZED,
} from "./answers.ts";
import type { ChoosePlan } from "./plan.ts";
import { type Rules, readSend, refusalOf } from "./send.ts";
import { acceptedMessage, type EtelecomMessage, statusOf } from "./status.ts";

/** What the provider holds of one customer's contract. */
export interface Contract extends Rules {
  /** Decides ids and plans: the same messages in the same order get the same ones. */
  readonly seed: number;
  readonly username: string;
  readonly password: string;
  /** Source addresses that may call. */
  readonly allowedAddresses: readonly string[] | "all";
  /** How many messages may be accepted before -3. */
  readonly quota: number;
  readonly plan: ChoosePlan;
  readonly quirks: Quirks;
  /** What a status request for an id nobody knows gets, which no document says. */
  readonly unknownId: Answer;
}

export interface Etelecom extends Provider<EtelecomMessage> {
  /** Sets how many more messages may be accepted before -3, as when the customer buys some. */
  setQuota(messages: number): void;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "/api/OmniMessage/SendMessage": "send",
  "/api/OmniReport/GetStatusOmni": "status",
};

/** The provider with its memory: what it accepted, and how much of the quota is left. */
export function openProvider(
  contract: Contract,
  now: () => number,
  follow: (message: EtelecomMessage) => void,
): Etelecom {
  const { seed, plan, quirks, channels } = contract;
  const accepted: EtelecomMessage[] = [];
  const byId = new Map<unknown, EtelecomMessage>();
  let quota = contract.quota;

  function send({ fields, headers, at }: ReceivedRequest): Work {
    if (!isJson(headers["content-type"])) return { answer: textAnswer(415, "Unsupported Media Type") };
    const request = readSend(fields, contract.routeRule);
    const refusal = refusalOf(request, contract);
    if (refusal !== undefined) return { answer: refusalAnswer(refusal.code, refusal.subject, quirks) };
    if (quota <= 0) return { answer: refusalAnswer("-3", "", quirks) };
    quota--;
    const order = accepted.length + 1;
    const id = messageId(randomFor(seed, "id", order));
    const message = acceptedMessage(request, id, at, plan(request, randomFor(seed, "plan", order)));
    accepted.push(message);
    byId.set(id, message);
    follow(message);
    return { answer: acceptedAnswer(id, quirks), acceptedIds: [id] };
  }

  function status({ fields: { idOmniMess } }: ReceivedRequest): Work {
    const message = byId.get(idOmniMess);
    if (message === undefined) return { answer: contract.unknownId };
    return { answer: statusAnswer(statusOf(message, now(), channels), quirks) };
  }

  return {
    accepted,
    operation: (path) => OPERATIONS[path],
    work(request) {
      const denied = denial(request, contract);
      if (denied !== undefined) return { answer: denied };
      return request.operation === "send" ? send(request) : status(request);
    },
    setQuota(messages) {
      quota = messages;
    },
  };
}

/** What keeps a caller out. The documents do not say whether the address or the password comes first. */
function denial({ method, remoteAddress, fields }: ReceivedRequest, contract: Contract): Answer | undefined {
  const { allowedAddresses, username, password } = contract;
  if (method !== "POST") return textAnswer(405, "Method Not Allowed");
  if (allowedAddresses !== "all" && !allowedAddresses.includes(remoteAddress)) return FOREIGN_ADDRESS;
  const { username: givenName, password: givenPassword } = fields;
  return givenName === username && givenPassword === password ? undefined : UNAUTHORIZED;
}

/** The send document shows the header; the status document's curl has none, where curl's own would be that of a form. */
function isJson(contentType: string | undefined): boolean {
  return /^application\/json\b/i.test(contentType ?? "");
}

/** `ICOMNI-` and as many characters as make 30 of it, which is how the two documents fit together. */
function messageId(random: Random): string {
  return `ICOMNI-${Array.from({ length: 23 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join("")}`;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
