import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A producer's endpoint on the worst of days. */
export interface TellingEndpoint extends AsyncDisposable {
  readonly url: string;
  /** What was posted to it: bodies and headers. */
  readonly posted: readonly string[];
}

/** Takes every other callback, and answers the others with a failure that tells everything. */
export async function startEndpointThatTells(told: string, path: string): Promise<TellingEndpoint> {
  const posted: string[] = [];
  const server = createServer(async (request, response) => {
    posted.push(`${JSON.stringify(request.headers)} ${await text(request)}`);
    if (posted.length % 2 === 0) response.end(told);
    else response.writeHead(500, told.replaceAll(/[^\x20-\x7e]/g, "")).end(told);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`,
    posted,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
