import type { Logger } from "@hermod/service/log";
import type { FastifyInstance } from "fastify";
import { isSameOrigin } from "./same-origin.ts";
import { StatusError } from "./status-error.ts";

const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Refuses whatever could change something, but for the routes in `allowed` (method and pattern), when asked by a page
 * of ours. The list is of what may be done and not of what may not: a route that a library brings along is refused
 * until somebody has thought about it.
 */
export function refuseChanges(app: FastifyInstance, allowed: ReadonlySet<string>, log: Logger): void {
  app.addHook("onRequest", async ({ method, routeOptions, headers }, reply) => {
    if (READING.has(method)) return;
    if (!allowed.has(`${method} ${routeOptions.url}`)) {
      reply.header("allow", "GET, HEAD");
      throw new StatusError(405, "This board only shows; nothing was changed.");
    }
    if (!isSameOrigin(headers))
      throw new StatusError(403, "This came from another site; nothing was changed.");
  });
  app.addHook("onResponse", async ({ method, url, ip }, { statusCode }) => {
    if (!READING.has(method))
      log.info({ method, path: url.slice(0, 200), address: ip, statusCode }, "change asked");
  });
}
