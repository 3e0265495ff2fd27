import { type Health, healthAnswer } from "@hermod/service/health";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { boundConnections } from "./bound-connections.ts";
import type { Door } from "./door.ts";
import { type PushAnswer, type PushedAccount, type PushParts, takePush } from "./take-push.ts";

export interface ServerParts extends PushParts {
  readonly door: Door;
  readonly accounts: ReadonlyMap<string, PushedAccount>;
  readonly trustedProxies: readonly string[];
  readonly health: Health;
}

/**
 * A push is some kilobytes and comes at once: whoever writes slowly, or much, is cut off. Node looks at its limits this often.
 */
const LIMITS = {
  bodyLimit: 65_536,
  requestTimeout: 5000,
  handlerTimeout: 8000,
  keepAliveTimeout: 10_000,
  http: { headersTimeout: 5000, connectionsCheckingInterval: 1000, maxHeaderSize: 8192 },
  routerOptions: { maxParamLength: 200 },
} as const;

/** What waits for its headers costs some kilobytes each. */
const MOST_CONNECTIONS = 4000;

/** Pushes in hand at once; each may hold a body. */
const MOST_AT_ONCE = 256;

const TEXT = "text/plain; charset=utf-8";

type PushRequest = FastifyRequest<{ Params: { account: string; token: string }; Body: string | undefined }>;

/** Puts the ingress together; nobody is served before it listens. */
export function openServer(parts: ServerParts): FastifyInstance {
  const { health, trustedProxies, report } = parts;
  const app = fastify({
    ...LIMITS,
    forceCloseConnections: true,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
  });
  boundConnections(app.server, MOST_CONNECTIONS);
  // Whatever a provider calls it, its own adapter reads it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.setErrorHandler(async (error: { statusCode?: number }, _request, reply) => {
    const { statusCode = 503 } = error;
    if (statusCode >= 500) report("push failed", error);
    return await refuse(reply, statusCode, WORDS[statusCode] ?? "bad request");
  });
  app.setNotFoundHandler(async ({ method, url }, reply) => {
    if (method === "POST" || !/^\/push\/[^/]+\/[^/]+$/.test(url))
      return await refuse(reply, 404, "not found");
    return await refuse(reply.header("allow", "POST"), 405, "only POST");
  });
  for (const path of ["/live", "/ready", "/metrics"]) {
    app.get(path, async (_request, reply) => {
      const { status = 404, type = TEXT, body = "" } = (await healthAnswer(health, path)) ?? {};
      return await reply.status(status).type(type).send(body);
    });
  }
  servePushes(app, parts);
  return app;
}

function servePushes(app: FastifyInstance, parts: ServerParts): void {
  const { door, accounts, metrics } = parts;
  let inHand = 0;
  app.post("/push/:account/:token", {
    // Before a byte of the body is read.
    async onRequest({ params: { account, token }, ip }: PushRequest, reply) {
      if (!door.opens(account, token, ip)) return await refuse(reply, 404, "not found");
      if (inHand >= MOST_AT_ONCE) {
        metrics.taken(account, "refused");
        return await refuse(reply.header("retry-after", "1"), 503, "too many at once");
      }
      inHand += 1;
      reply.raw.once("close", () => {
        inHand -= 1;
      });
    },
    async handler({ params, body = "" }: PushRequest, reply) {
      const account = accounts.get(params.account);
      if (account === undefined) return await refuse(reply, 404, "not found");
      return await answer(reply, await takePush(parts, account, body));
    },
  });
}

async function answer(reply: FastifyReply, result: PushAnswer): Promise<FastifyReply> {
  switch (result.kind) {
    case "answer":
      return await reply.status(result.status).type(result.contentType).send(result.body);
    case "unreadable":
      return await refuse(reply, 400, result.why);
    case "notStored":
      return await refuse(reply, 503, "not stored");
    default:
      return result satisfies never;
  }
}

const WORDS: Readonly<Record<number, string>> = {
  408: "too slow",
  413: "too large",
  503: "not stored",
};

/** Words of ours alone, and an end to the connection: whatever is still being written is not read. */
async function refuse(reply: FastifyReply, status: number, why: string): Promise<FastifyReply> {
  return await reply.status(status).header("connection", "close").type(TEXT).send(`${why}\n`);
}
