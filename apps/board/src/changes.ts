import type { Logger } from "@hermod/service/log";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isSameOrigin } from "./same-origin.ts";
import { StatusError } from "./status-error.ts";

const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Refuses whatever could change something, but for the routes in `allowed` (method and pattern), when asked by a page
 * of ours; those in `questions` change nothing, and only keep what is asked out of an address. The list is of what may be done and not of what may not: a route that a library brings along is refused
 * until somebody has thought about it.
 */
export function refuseChanges(
  app: FastifyInstance,
  allowed: ReadonlySet<string>,
  questions: ReadonlySet<string>,
  log: Logger,
): void {
  const isQuestion = ({ method, routeOptions }: FastifyRequest): boolean =>
    READING.has(method) || questions.has(`${method} ${routeOptions.url}`);
  app.addHook("onRequest", async (request, reply) => {
    const { method, routeOptions, headers } = request;
    if (READING.has(method)) return;
    if (!isQuestion(request) && !allowed.has(`${method} ${routeOptions.url}`)) {
      reply.header("allow", "GET, HEAD");
      throw new StatusError(405, "This board only shows; nothing was changed.");
    }
    if (!isSameOrigin(headers))
      throw new StatusError(403, "This came from another site; nothing was changed.");
  });
  app.addHook("onResponse", async (request, { statusCode }) => {
    const { method, url, ip } = request;
    if (!isQuestion(request))
      log.info({ method, path: url.slice(0, 200), address: ip, statusCode }, "change asked");
  });
}
