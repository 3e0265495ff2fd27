import { type Answer, textAnswer } from "../answer.ts";
import type { Provider, Work } from "../exchange.ts";
import { type Random, randomFor } from "../random.ts";
import type { ReceivedRequest } from "../request.ts";
import {
  detailItem,
  errorAnswer,
  type Quirks,
  requestIdAnswer,
  resultAnswer,
  sentItem,
  UNAUTHORIZED,
} from "./answers.ts";
import { type Fates, type Memory, openMemory, type Taken } from "./memory.ts";
import { type BitelMessage, isListed } from "./message.ts";
import { type ApiVersion, routeOf, type SendCall, type StatusRoute } from "./routes.ts";
import { type Rules, readSend } from "./send.ts";

/** What the provider holds of one customer's project. */
export interface Contract extends Rules, Fates {
  readonly apiVersion: ApiVersion;
  readonly token: string;
  readonly quirks: Quirks;
  /** What a detail call for an id nobody knows gets, which no document says. */
  readonly unknownId: Answer;
}

/** The provider with its memory; `taken` hears of every message that it accepts. */
export function openProvider(
  contract: Contract,
  now: () => number,
  taken: (message: BitelMessage) => void,
): Provider<BitelMessage> {
  const { apiVersion } = contract;
  const memory = openMemory(contract, taken);
  return {
    accepted: memory.accepted,
    operation: (path) => routeOf(path, apiVersion)?.operation,
    work(request) {
      const route = routeOf(request.path, apiVersion);
      if (route === undefined) return { answer: textAnswer(404, "Not Found") };
      if (request.method !== (route.operation === "send" ? "POST" : "GET"))
        return { answer: textAnswer(405, "Method Not Allowed") };
      if (!isAuthorized(request, contract)) return { answer: UNAUTHORIZED };
      return route.operation === "send"
        ? send(route.call, request, contract, memory)
        : { answer: detail(route, request, contract, memory, now()) };
    },
  };
}

function send(call: SendCall, request: ReceivedRequest, contract: Contract, memory: Memory): Work {
  const fields = isJson(request.headers["content-type"]) ? request.fields : {};
  const reading = readSend(call, fields, contract);
  if (reading.kind === "refused") return { answer: errorAnswer(reading.code) };
  const taken = memory.take(reading.messages, request.at, call !== "single");
  return {
    answer: sendAnswer(taken, request, contract),
    acceptedIds: taken.messages.map(({ id }) => id),
  };
}

function sendAnswer({ batchId, messages }: Taken, request: ReceivedRequest, contract: Contract): Answer {
  const { apiVersion, quirks } = contract;
  if (apiVersion === "v2") {
    const items = inOrder(messages, request, contract).map((message) => sentItem(message, quirks));
    return resultAnswer(batchId === undefined ? items[0] : items);
  }
  return batchId === undefined ? requestIdAnswer(messages[0]?.id ?? "", quirks) : resultAnswer(batchId);
}

function detail(
  { of, id }: StatusRoute,
  request: ReceivedRequest,
  contract: Contract,
  { byId, byBatch }: Memory,
  now: number,
): Answer {
  const message = byId.get(id);
  const known = of === "batch" ? byBatch.get(id) : message && [message];
  const listed = known?.filter((item) => isListed(item, now)) ?? [];
  // A batch is known before its messages are listed; a message that is not listed is like none.
  if (known === undefined || (of === "message" && listed.length === 0)) return contract.unknownId;
  const items = inOrder(listed, request, contract).map((item) =>
    detailItem(item, now, contract.apiVersion, contract.quirks),
  );
  return resultAnswer(of === "batch" ? items : items[0]);
}

function inOrder(
  messages: readonly BitelMessage[],
  { operation, order }: ReceivedRequest,
  { quirks, seed }: Contract,
): readonly BitelMessage[] {
  if (quirks.order === "shuffled") return shuffled(messages, randomFor(seed, `order ${operation}`, order));
  return quirks.order === "reversed" ? messages.toReversed() : messages;
}

/** The scheme in any case: a public client writes it in lower case. */
function isAuthorized({ headers }: ReceivedRequest, { token }: Contract): boolean {
  const [scheme = "", given] = (headers.authorization ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" && given === token;
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\b/i.test(contentType ?? "");
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
