import { request } from "node:http";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { waitUntil } from "@hermod/testing/wait";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveBullBoard } from "../src/bull-board.ts";
import { ANY_BODY, addressesOf, type Route, routesOfBullBoard } from "./bull-board-routes.ts";
import { CALLBACK_QUEUE } from "./seeded-callbacks.ts";
import { ACCOUNT, QUEUE, type SeededRedis, seededRedis } from "./seeded-redis.ts";
import { authorization, type BoardProcess, startBoard } from "./started-board.ts";

const stack = new AsyncDisposableStack();
let seeded: SeededRedis;
let shows: BoardProcess;
let pauses: BoardProcess;

beforeAll(async () => {
  seeded = stack.use(await seededRedis());
  shows = stack.use(await startBoard({ REDIS_URL: seeded.redis.url }));
  pauses = stack.use(await startBoard({ REDIS_URL: seeded.redis.url, BOARD_WRITABLE: "true" }));
}, 60_000);
afterAll(() => stack.disposeAsync());

const PAUSING = [
  "PUT /api/queues/pause",
  "PUT /api/queues/resume",
  "PUT /api/queues/:queueName/pause",
  "PUT /api/queues/:queueName/resume",
];

const nameOf = ({ method, route }: Route): string => `${method} ${route}`;
const CHANGING = routesOfBullBoard().filter(({ method }) => method !== "GET");

async function send(board: BoardProcess, method: string, path: string, headers: Record<string, string> = {}) {
  return await board.ask(path, {
    method,
    body: ANY_BODY,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** Of one account's queue and of the callbacks, those that are paused. */
async function paused(): Promise<string[]> {
  const { observer } = seeded;
  const queues = [observer.queue("send", ACCOUNT), observer.callbackQueue("shop")];
  const each = await Promise.all(queues.map(async (queue) => ((await queue.isPaused()) ? [queue.name] : [])));
  return each.flat();
}

test("Bull Board has no route that nobody has thought about", () => {
  expect(routesOfBullBoard().map(nameOf).sort()).toEqual(
    [
      "GET /",
      "GET /metrics-history",
      "GET /job-schedulers",
      "GET /queue/:queueName",
      "GET /queue/:queueName/:jobId",
      "GET /api/redis/stats",
      "GET /api/queues",
      "GET /api/job-schedulers",
      "GET /api/queues/:queueName/metrics",
      "GET /api/queues/:queueName/default-job-options",
      "GET /api/queues/:queueName/workers",
      "GET /api/queues/:queueName/rate-limit",
      "GET /api/queues/:queueName/job-data-schema",
      "GET /api/queues/:queueName/:jobId",
      "GET /api/queues/:queueName/:jobId/logs",
      "GET /api/queues/:queueName/:jobId/flow",
      ...PAUSING,
      "POST /api/queues/:queueName/add",
      "PUT /api/queues/:queueName/retry/:queueStatus",
      "PUT /api/queues/:queueName/promote",
      "PUT /api/queues/:queueName/clean/:queueStatus",
      "PUT /api/queues/:queueName/concurrency",
      "PUT /api/queues/:queueName/rate-limit",
      "PUT /api/queues/:queueName/rate-limit/release",
      "PUT /api/queues/:queueName/empty",
      "PUT /api/queues/:queueName/obliterate",
      "PUT /api/queues/:queueName/job-schedulers/:schedulerId/remove",
      "PATCH /api/queues/:queueName/job-schedulers/:schedulerId",
      "PUT /api/queues/:queueName/job-schedulers/:schedulerId/run",
      "PUT /api/queues/:queueName/:jobId/retry",
      "PUT /api/queues/:queueName/:jobId/clean",
      "PUT /api/queues/:queueName/:jobId/promote",
      "PATCH /api/queues/:queueName/:jobId/update-data",
      "PATCH /api/queues/:queueName/:jobId/delay",
      "PATCH /api/queues/:queueName/:jobId/priority",
      "PUT /api/queues/:queueName/:jobId/remove-unprocessed-children",
    ].sort(),
  );
});

describe("a board that shows", () => {
  test.for(CHANGING)("answers 405 to $method $route, and nothing changes", async (route) => {
    const before = await dumpRedis(seeded.redis.url);
    for (const path of addressesOf(route)) {
      const answer = await send(shows, route.method, path, { origin: shows.url });
      expect([path, answer.status]).toEqual([path, 405]);
    }
    expect(await dumpRedis(seeded.redis.url)).toEqual(before);
  });

  test.for(["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "TRACE"])(
    "answers 405 to %s wherever it goes",
    async (method) => {
      const paths = [
        "/",
        "/messages",
        "/messages/x",
        "/queues",
        "/queues/static/x",
        "/assets/board.css",
        "/nowhere",
      ];
      const statuses = await Promise.all(paths.map((path) => statusOf(method, shows.url + path)));
      expect(statuses).toEqual(paths.map(() => 405));
    },
  );
});

/** What `fetch` does not send. */
async function statusOf(method: string, url: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const asked = request(url, { method, headers: { authorization: authorization() } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  asked.on("error", reject).end();
  return await promise;
}

test.for(CHANGING.filter((route) => !PAUSING.includes(nameOf(route))))(
  "even if nothing stood before Bull Board, it would answer 405 to $method $route",
  async (route) => {
    const app = fastify();
    await serveBullBoard(app, seeded.observer, true);
    for (const url of addressesOf(route)) {
      const headers = { "content-type": "application/json" };
      const answer = await app.inject({ method: route.method as "PUT", url, payload: ANY_BODY, headers });
      expect([url, answer.statusCode]).toEqual([url, 405]);
    }
    await app.close();
  },
);

test("a number is looked up for no page of another site, and for nobody without the password", async () => {
  const request = { method: "POST", body: new URLSearchParams({ number: "+84836106872" }) };
  const origin = { origin: "https://evil.example" };
  expect((await shows.ask("/messages/by-number", { ...request, headers: origin })).status).toBe(403);
  expect((await fetch(`${shows.url}/messages/by-number`, request)).status).toBe(401);
  expect((await shows.ask("/messages/by-number", request)).status).toBe(200);
});

test.for(["/api/job-schedulers", `/api/queues/${QUEUE}/metrics`, `/api/queues/${QUEUE}/job-data-schema`])(
  "what no page of Bull Board needs here is not served: %s",
  async (path) => {
    expect((await shows.ask(`/queues${path}`)).status).toBe(405);
  },
);

describe("a board that may pause", () => {
  test.for(CHANGING.filter((route) => !PAUSING.includes(nameOf(route))))(
    "answers 405 to $method $route, and nothing changes",
    async (route) => {
      const before = await dumpRedis(seeded.redis.url);
      for (const path of addressesOf(route)) {
        const answer = await send(pauses, route.method, path, { origin: pauses.url });
        expect([path, answer.status]).toEqual([path, 405]);
      }
      expect(await dumpRedis(seeded.redis.url)).toEqual(before);
    },
  );

  test.for([[QUEUE], [CALLBACK_QUEUE], [QUEUE, CALLBACK_QUEUE]])(
    "pauses and resumes %s, and its log says who asked",
    async (queues) => {
      const [only = "", all] = queues;
      const path = all === undefined ? `/queues/api/queues/${only}` : "/queues/api/queues";
      expect((await send(pauses, "PUT", `${path}/pause`, { origin: pauses.url })).status).toBe(200);
      expect(await paused()).toEqual(queues);
      expect((await send(pauses, "PUT", `${path}/resume`)).status).toBe(200);
      expect(await paused()).toEqual([]);
      const told = `"path":"${path}/pause","address"`;
      await waitUntil("who asked", () => pauses.lines.some((line) => line.includes(told)));
    },
  );

  test.for([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { origin: "https://evil.example", "content-type": "text/plain" },
  ])("pauses nothing for a page of another site: %j", async (headers) => {
    expect((await send(pauses, "PUT", `/queues/api/queues/${QUEUE}/pause`, headers)).status).toBe(403);
    expect(await paused()).toEqual([]);
  });
});
