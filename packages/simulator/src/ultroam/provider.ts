import { type Answer, textAnswer } from "../answer.ts";
import type { Provider, Work } from "../exchange.ts";
import { isObject, type Operation, type ReceivedRequest } from "../request.ts";
import { acceptedAnswer, boxAnswer, type Manner, recordsAnswer } from "./answers.ts";
import type { Box, BoxRules } from "./box.ts";
import type { Door, DoorRules } from "./door.ts";
import type { UltroamMessage } from "./message.ts";
import { readQuery } from "./query.ts";
import { type RecordRules, reports, results } from "./records.ts";
import { type Rules, readSend } from "./send.ts";

/** What holds of one box. */
export interface Contract extends Rules, DoorRules, BoxRules, RecordRules, Manner {
  /** The document limits a query to 32 numbers and says nothing of references. */
  readonly largestUserIdList: number;
  /** The call that tells the length of the queue: firmware differs, and some has none (docs/providers/ultroam.md §7, I3). */
  readonly queueCall: "query_sms_in_queue" | "query_sms_queue" | "none";
}

interface Call {
  /** What tells the state of the box goes as balance: there is none, and §7 calls these the nearest thing. */
  readonly operation: Operation;
  readonly method: "GET" | "POST";
}

const CALLS = {
  "/api/send_sms": { operation: "send", method: "POST" },
  "/api/query_sms_result": { operation: "status", method: "POST" },
  "/api/query_sms_deliver_status": { operation: "status", method: "POST" },
  "/api/query_sms_in_queue": { operation: "balance", method: "GET" },
  "/api/query_sms_queue": { operation: "balance", method: "GET" },
  "/api/get_port_info": { operation: "balance", method: "GET" },
} as const satisfies Readonly<Record<string, Call>>;

/** The box behind its door; `taken` hears of every message that it takes. */
export function openProvider(
  contract: Contract,
  box: Box,
  door: Door,
  now: () => number,
  taken: (message: UltroamMessage) => void,
): Provider<UltroamMessage> {
  function find(request: ReceivedRequest, what: typeof results): Answer {
    const query = readQuery(request.fields, contract.largestUserIdList);
    if (typeof query === "number") return boxAnswer(query, {}, contract);
    return recordsAnswer(what(box, query, contract, now()), contract);
  }

  function workOn(path: keyof typeof CALLS, request: ReceivedRequest): Work {
    switch (path) {
      case "/api/send_sms":
        return send(request, contract, box, taken);
      case "/api/query_sms_result":
        return { answer: find(request, results) };
      case "/api/query_sms_deliver_status":
        return { answer: find(request, reports) };
      case "/api/query_sms_in_queue":
      case "/api/query_sms_queue":
        if (path !== `/api/${contract.queueCall}`) return { answer: NOT_FOUND };
        return { answer: boxAnswer(200, { in_queue: box.inQueue(now()) }, contract) };
      case "/api/get_port_info":
        return { answer: boxAnswer(200, { info: portInfo(box, request) }, contract) };
      default:
        return path satisfies never;
    }
  }

  return {
    accepted: box.accepted,
    keepOut: door.keepOut,
    operation: (path) => (isCall(path) ? CALLS[path].operation : undefined),
    work(request) {
      const { path, method } = request;
      if (!isCall(path)) return { answer: NOT_FOUND };
      if (method !== CALLS[path].method) return { answer: textAnswer(405, "Method Not Allowed") };
      if (method === "POST" && !isReadable(request)) return { answer: boxAnswer(400, {}, contract) };
      return workOn(path, request);
    },
  };
}

function send(
  request: ReceivedRequest,
  contract: Contract,
  box: Box,
  taken: (message: UltroamMessage) => void,
): Work {
  const reading = readSend(request.fields, contract);
  if (reading.kind === "refused") return { answer: boxAnswer(reading.code, {}, contract) };
  const task = box.take(reading.messages, reading.ports, request.at);
  if (typeof task === "number") return { answer: boxAnswer(task, {}, contract) };
  task.messages.forEach(taken);
  return {
    answer: acceptedAnswer(task.taskId, task.inQueue, contract),
    acceptedIds: task.messages.map(({ id }) => id),
  };
}

const NOT_FOUND = textAnswer(404, "Not Found");

/** The key of the list is ours: docs/providers/ultroam.md §7 has the fields alone. */
function portInfo(box: Box, { target }: ReceivedRequest): readonly object[] {
  const query = new URLSearchParams(target.split("?")[1]);
  const ports = query.get("port")?.split(",").map(Number);
  return box.ports.info(ports, query.get("info_type")?.split(",") ?? []);
}

/** Whether it has the documented type and an object to read. */
function isReadable({ body, headers }: ReceivedRequest): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "") && isObject(body);
}

function isCall(path: string): path is keyof typeof CALLS {
  return Object.hasOwn(CALLS, path);
}
