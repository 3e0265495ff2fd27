import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Answer, jsonAnswer, textAnswer, writeAnswer } from "./answer.ts";
import type { SetFault } from "./exchange.ts";
import { FAULT_KINDS, type Fault } from "./faults.ts";
import { type GroundTruth, summaryOf } from "./ground-truth.ts";
import { isObject, type Operation, readBody } from "./request.ts";

interface Controlled {
  readonly log: GroundTruth;
  readonly setFault: SetFault;
}

/** Serves those who cannot reach into this process: the truth, its summary, and the faults. */
export async function control(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  controlled: Controlled,
): Promise<void> {
  const body = await text(request).catch(() => "");
  writeAnswer(response, controlAnswer(`${request.method} ${path}`, body, controlled));
}

function controlAnswer(what: string, body: string, { log, setFault }: Controlled): Answer {
  switch (what) {
    case "GET /_sim/log":
      return jsonAnswer(log);
    case "GET /_sim/summary":
      return jsonAnswer(summaryOf(log));
    case "POST /_sim/fault": {
      const wish = readWish(body);
      if (wish === undefined) return textAnswer(400, EXPECTED);
      setFault(wish.operation, wish.fault, wish.times);
      return jsonAnswer({});
    }
    default:
      return textAnswer(404, "GET /_sim/log, GET /_sim/summary, POST /_sim/fault");
  }
}

const EXPECTED = "expected { operation: send|status|balance, fault: { kind, … }|null, times?: number }";

interface Wish {
  readonly operation: Operation;
  readonly fault: Fault | undefined;
  readonly times: number | undefined;
}

/** Checks what a slip of the pen would turn into another fault than was meant. */
function readWish(body: string): Wish | undefined {
  const { operation, fault, times } = readBody(body).fields;
  if (operation !== "send" && operation !== "status" && operation !== "balance") return undefined;
  if (times !== undefined && typeof times !== "number") return undefined;
  if (fault === null) return { operation, fault: undefined, times };
  return isFault(fault) ? { operation, fault, times } : undefined;
}

function isFault(value: unknown): value is Fault {
  const { kind, accepted, answer } = isObject(value) ? value : {};
  if (typeof kind !== "string" || !Object.hasOwn(FAULT_KINDS, kind)) return false;
  if (FAULT_KINDS[kind as Fault["kind"]].saysAccepted !== (typeof accepted === "boolean")) return false;
  return kind !== "answer" || isAnswer(answer);
}

function isAnswer(value: unknown): value is Answer {
  const { status, body } = isObject(value) ? value : {};
  return typeof status === "number" && typeof body === "string";
}
