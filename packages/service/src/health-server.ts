import { once } from "node:events";
import { createServer } from "node:http";
import { ConfigError } from "./config-error.ts";
import { type Health, healthAnswer } from "./health.ts";

/**
 * Serves `/live`, `/ready` and `/metrics` for whoever runs the container. Throws a `ConfigError` when the port
 * cannot be had.
 */
export async function serveHealth(port: number, health: Health): Promise<AsyncDisposable> {
  const server = createServer(async ({ url = "" }, response) => {
    const [path = ""] = url.split("?");
    const answer = await healthAnswer(health, path);
    const { status, type, body } = answer ?? { status: 404, type: "text/plain", body: "not found\n" };
    response.writeHead(status, { "content-type": type }).end(body);
  });
  server.requestTimeout = 5000;
  server.listen(port);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    throw portProblem(port, error);
  });
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Why a server could not listen. */
export function portProblem(port: number, error: NodeJS.ErrnoException): ConfigError {
  return new ConfigError("PORT", [whyNot(port, error)]);
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
