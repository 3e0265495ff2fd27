import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { ConfigError } from "./config-error.ts";
import { METRICS_TYPE, type Metrics } from "./metrics.ts";

/** What a process tells about itself over HTTP. */
export interface Health {
  /** What is missing to take work, in one sentence; nothing when it is ready. */
  readonly ready: () => string | undefined;
  readonly metrics: Metrics;
}

/**
 * Serves `/live`, `/ready` and `/metrics` for whoever runs the container. Throws a `ConfigError` when the port
 * cannot be had.
 */
export async function serveHealth(port: number, { ready, metrics }: Health): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "").split("?");
    switch (path) {
      case "/live":
        return answer(response, undefined, "live");
      case "/ready":
        return answer(response, ready(), "ready");
      case "/metrics":
        metrics.text().then(
          (text) => response.writeHead(200, { "content-type": METRICS_TYPE }).end(text),
          () => response.writeHead(500).end(),
        );
        return;
      default:
        return plain(response, 404, "not found");
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

function answer(response: ServerResponse, missing: string | undefined, good: string): void {
  if (missing === undefined) plain(response, 200, good);
  else plain(response, 503, missing);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
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
