import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { type Answer, writeAnswer } from "./answer.ts";
import type { Fault } from "./faults.ts";

/** Answers as the fault wants it, or right without one. `signal` ends every wait. */
export async function answerWith(
  response: ServerResponse,
  right: Answer,
  fault: Fault | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (fault === undefined) return writeAnswer(response, right);
  if (fault.delayMs !== undefined) await wait(fault.delayMs, undefined, { signal });
  switch (fault.kind) {
    case "slow":
      return writeAnswer(response, right);
    case "cut":
      return writeAnswer(response, { ...right, body: right.body.slice(0, right.body.length / 2) });
    case "torn":
      return tear(response, right);
    case "drip":
      return await drip(response, right, fault.everyMs, signal);
    case "answer":
      return writeAnswer(response, fault.answer);
    case "reset":
      return reset(response);
    case "silence":
      return;
    default:
      return fault satisfies never;
  }
}

/** TLS gives no way to a TCP reset; its caller sees the same when the connection ends without an answer. */
function reset({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

/** Ends the connection once the half is out: a reset could overtake it, and the caller would see another fault. */
function tear(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}

async function drip(
  response: ServerResponse,
  answer: Answer,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, "content-length": body.length });
  for (let index = 0; index < body.length && !response.destroyed; index++) {
    response.write(body.subarray(index, index + 1));
    await wait(everyMs, undefined, { signal });
  }
  response.end();
}
