import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
export const OLD_SECRET = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;

/** What was posted, as far as its signature is right. */
export interface Posted {
  readonly path: string;
  /** Its `webhook-id`. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: {
    readonly type: string;
    readonly data: { readonly id: string; readonly state: string; readonly metadata?: unknown };
  };
}

/** How a path answers; by default with 200. */
export type Answer = (response: ServerResponse, posted: Posted) => void;

/** A producer's side: takes callbacks on every path, and verifies them by the library that Standard Webhooks offers. */
export interface Endpoints extends AsyncDisposable {
  readonly port: number;
  readonly posted: readonly Posted[];
  /** What came in and was not signed as it should be. */
  readonly forged: readonly string[];
  readonly answers: Map<string, Answer>;
  at(path: string): Posted[];
}

export async function openEndpoints(): Promise<Endpoints> {
  const posted: Posted[] = [];
  const forged: string[] = [];
  const answers = new Map<string, Answer>();
  const verifier = new Webhook(SECRET);
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { url: path = "" } = request;
    const headers = request.headers as Record<string, string>;
    try {
      const event = verifier.verify(body, headers) as Posted["event"];
      const one = { path, name: headers["webhook-id"] ?? "", headers, body, event };
      posted.push(one);
      (answers.get(path) ?? ((answer) => answer.end("ok")))(response, one);
    } catch {
      forged.push(path);
      response.writeHead(400).end();
    }
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    posted,
    forged,
    answers,
    at: (path) => posted.filter((one) => one.path === path),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
