import type { ServerResponse } from "node:http";
import { z } from "zod";

/** What goes back to the caller, complete. */
export const Answer = z
  .strictObject({
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).exactOptional(),
    body: z.string(),
  })
  .readonly();
export type Answer = z.infer<typeof Answer>;

/** An answer of JSON; a text is taken as JSON already, however wrong it is. */
export function jsonAnswer(body: unknown, status = 200): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

export function writeAnswer(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, "content-length": body.length }).end(body);
}
