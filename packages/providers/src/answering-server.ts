import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface CannedAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A provider of the adapters' tests: it says what a test tells it to, and keeps what it was asked. */
export interface AnsweringServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly requests: readonly ReceivedRequest[];
  /** The most requests that were open at once. */
  readonly mostAtOnce: number;
}

export async function openAnsweringServer(
  answer: (request: ReceivedRequest) => CannedAnswer | Promise<CannedAnswer>,
): Promise<AnsweringServer> {
  const requests: ReceivedRequest[] = [];
  let open = 0;
  let mostAtOnce = 0;
  const server = createServer();
  server.on("request", async (incoming, response) => {
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    const { method = "", url = "", headers } = incoming;
    const request = { method, path: url, headers, body: await text(incoming) };
    requests.push(request);
    const canned = await answer(request);
    open -= 1;
    response.writeHead(canned.status, canned.headers).end(canned.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get mostAtOnce() {
      return mostAtOnce;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
