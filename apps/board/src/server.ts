import helmet from "@fastify/helmet";
import type { Observer } from "@hermod/broker/observe";
import { type Health, healthAnswer } from "@hermod/service/health";
import type { Logger } from "@hermod/service/log";
import fastify, { type FastifyInstance } from "fastify";
import { serveAssets } from "./assets.ts";
import { PAUSE_ROUTES, serveBullBoard } from "./bull-board.ts";
import { refuseChanges } from "./changes.ts";
import type { Access } from "./config.ts";
import { keepDoor } from "./door.ts";
import { errorPage } from "./pages/error-page.ts";
import { HTML } from "./pages/layout.ts";
import { LOOK_UP_BY_NUMBER, serveMessages } from "./serve-messages.ts";
import { statusOf } from "./status-error.ts";

export interface ServerParts {
  readonly observer: Observer;
  readonly access: Access;
  /** What this board finds messages by their numbers with. */
  readonly numberKeys: readonly string[];
  readonly log: Logger;
  readonly report: (what: string, error: unknown) => void;
  /** Epoch milliseconds by the clock of Redis. */
  readonly now: () => number;
  readonly health: Health;
}

/** Asked by whoever runs the container, who has no password; figures of this process, and nothing of a message. */
const OPEN: ReadonlySet<string> = new Set(["/live", "/ready", "/metrics"]);

/** Own pages have styles and nothing else: no program, no picture from elsewhere. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
  },
};

/**
 * Whoever sends or reads slowly, or much, is cut off: a request is a few lines. Node looks at its limits this often.
 */
const LIMITS = {
  bodyLimit: 16_384,
  requestTimeout: 10_000,
  handlerTimeout: 5000,
  keepAliveTimeout: 10_000,
  http: { headersTimeout: 5000, connectionsCheckingInterval: 1000, maxHeaderSize: 16_384 },
  maxConnections: 500,
};

/** Puts the board together; nobody is served before `listen`. */
export async function openServer(parts: ServerParts): Promise<FastifyInstance> {
  const { observer, access, log, report, health } = parts;
  const { maxConnections, ...limits } = LIMITS;
  const app = fastify({ ...limits, forceCloseConnections: true });
  app.server.maxConnections = maxConnections;
  app.setErrorHandler(async (error, _request, reply) => {
    const { statusCode, message } = statusOf(error);
    return await reply.status(statusCode).type(HTML).send(errorPage(statusCode, message));
  });
  app.setNotFoundHandler(async (_request, reply) => {
    return await reply.status(404).type(HTML).send(errorPage(404, "There is no such page."));
  });
  app.addHook("onError", async (_request, _reply, error) => {
    if (statusOf(error).statusCode >= 500) report("request failed", error);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    strictTransportSecurity: { includeSubDomains: false },
    xFrameOptions: { action: "deny" },
  });
  await keepDoor(app, access, OPEN, log);
  refuseChanges(app, access.writable ? PAUSE_ROUTES : new Set(), new Set([LOOK_UP_BY_NUMBER]), log);

  for (const path of OPEN) {
    app.get(path, async (_request, reply) => {
      const { status = 404, type = "text/plain", body = "" } = (await healthAnswer(health, path)) ?? {};
      return await reply.status(status).type(type).send(body);
    });
  }
  app.get("/", async (_request, reply) => await reply.redirect("/messages", 303));
  serveAssets(app);
  serveMessages(app, parts);
  await serveBullBoard(app, observer, access.writable);
  return app;
}
