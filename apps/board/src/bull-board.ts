import { createBullBoard } from "@bull-board/api";
import type { BaseAdapter } from "@bull-board/api/baseAdapter";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { BoardHooks, BoardOptions } from "@bull-board/api/typings/app";
import { FastifyAdapter } from "@bull-board/fastify";
import type { Observer } from "@hermod/broker/observe";
import type { FastifyInstance } from "fastify";
import { externalUrlOf, redactedAnswer } from "./redact-jobs.ts";
import { statusOf } from "./status-error.ts";

/** Where Bull Board is. */
const QUEUES_PATH = "/queues";

/** What its pages ask for. Whatever else its interface has, now or in another version, is not served. */
const READS = [
  "/api/redis/stats",
  "/api/queues",
  "/api/queues/:queueName/default-job-options",
  "/api/queues/:queueName/workers",
  "/api/queues/:queueName/rate-limit",
  "/api/queues/:queueName/:jobId",
  "/api/queues/:queueName/:jobId/logs",
  "/api/queues/:queueName/:jobId/flow",
].map((route) => `get ${route}`);

const PAUSES = [
  "/api/queues/pause",
  "/api/queues/resume",
  "/api/queues/:queueName/pause",
  "/api/queues/:queueName/resume",
];

/** Method and pattern of what a writable board may do. */
export const PAUSE_ROUTES: ReadonlySet<string> = new Set(PAUSES.map((route) => `PUT ${QUEUES_PATH}${route}`));

/**
 * Its page as Bull Board has it asks a foreign host for a font, and brings styles in the text for the moment until its
 * program has begun. Without them all of it can be held to files of our own.
 */
const NOT_OURS = /<link href="https?:[^>]*>|<style>.*?<\/style>| style="[^"]*"/gs;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is of the colours in the picture of its Redis button.
  "style-src 'self' 'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU='",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(";");

const UI: NonNullable<BoardOptions["uiConfig"]> = {
  boardTitle: "Hermod",
  miscLinks: [{ text: "Messages", url: "/messages" }],
  hideDocsLink: true,
  showMetrics: false,
};

/** Shows the queues of the accounts that are announced, and of the producers that get callbacks, when somebody looks. */
export async function serveBullBoard(
  app: FastifyInstance,
  observer: Observer,
  writable: boolean,
): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(QUEUES_PATH);
  const options: BoardOptions = { uiConfig: UI, handlerHooks: hooks(writable) };
  const { replaceQueues } = createBullBoard({ queues: [], serverAdapter, options });
  serverAdapter.setErrorHandler((error) => {
    const { statusCode, message } = statusOf(error);
    const key = statusCode === 405 ? READ_ONLY : FAILED;
    return { status: statusCode as 500, body: { error: { key }, message } };
  });

  const adapters = new Map<string, BaseAdapter>();
  const adapterOf = (queue: ReturnType<Observer["queue"]>): BaseAdapter => {
    const known = adapters.get(queue.name);
    if (known !== undefined) return known;
    const adapter = new BullMQAdapter(queue, {
      readOnlyMode: !writable,
      allowRetries: false,
      externalJobUrl: externalUrlOf,
    });
    adapters.set(queue.name, adapter);
    return adapter;
  };

  await app.register(async (scope) => {
    scope.addHook("preHandler", async ({ routeOptions }) => {
      if (routeOptions.url?.startsWith(`${QUEUES_PATH}/api`) !== true) return;
      const [announced, producers] = await Promise.all([observer.accounts(), observer.callbackProducers()]);
      const accounts = [...announced.keys()].sort();
      const queues = [
        ...accounts.flatMap((name) => [observer.queue("send", name), observer.queue("check", name)]),
        ...producers.sort().map((producer) => observer.callbackQueue(producer)),
      ];
      replaceQueues(queues.map(adapterOf));
    });
    scope.addHook("onSend", async (_request, reply, payload) => {
      reply.header("content-security-policy", CONTENT_SECURITY_POLICY);
      const isPage = String(reply.getHeader("content-type")).startsWith("text/html");
      return isPage && typeof payload === "string" ? payload.replaceAll(NOT_OURS, "") : payload;
    });
    await scope.register(serverAdapter.registerPlugin(), { prefix: QUEUES_PATH });
  });
}

const READ_ONLY = "ERRORS.QUEUE_READ_ONLY";
const FAILED = "ERRORS.INTERNAL_SERVER_ERROR";

/** The second wall: what is not on the lists is not carried out, and no answer leaves as it came from a job. */
function hooks(writable: boolean): BoardHooks {
  const allowed = new Set([...READS, ...(writable ? PAUSES.map((route) => `put ${route}`) : [])]);
  return {
    before: ({ method, route }) =>
      allowed.has(`${method} ${route}`) ? undefined : { allow: false, status: 405, errorKey: READ_ONLY },
    after: ({ route }, answer) => redactedAnswer(route, answer),
  };
}
