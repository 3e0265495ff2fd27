import { once } from "node:events";
import { createServer } from "node:http";
import { type Health, healthAnswer } from "./health.ts";
import { portProblem } from "./port-problem.ts";

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
