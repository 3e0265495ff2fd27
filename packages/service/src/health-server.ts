import { once } from "node:events";
import { createServer } from "node:http";
import { ConfigError } from "./config-error.ts";

/**
 * Serves `/live` and `/ready` for whoever runs the container. `ready` tells what is missing, or nothing. Throws
 * a `ConfigError` when the port cannot be had.
 */
export async function serveHealth(
  port: number,
  ready: () => Promise<string | undefined>,
): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
    };
    switch (request.url) {
      case "/live":
        return answer(200, "live");
      case "/ready":
        ready().then(
          (missing) => (missing === undefined ? answer(200, "ready") : answer(503, missing)),
          () => answer(503, "unknown"),
        );
        return;
      default:
        return answer(404, "not found");
    }
  });
  server.requestTimeout = 5000;
  server.listen(port);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError("PORT", [whyNot(port, error)]);
  });
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function whyNot(port: number, { code }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EADDRINUSE":
      return `${port} is in use by another process`;
    case "EACCES":
      return `${port} needs rights that this process has not`;
    default:
      return `${port} cannot be listened on (${code ?? "no code"})`;
  }
}
