import { waitUntil } from "@hermod/testing/wait";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addressesOf, routesOfBullBoard } from "./bull-board-routes.ts";
import { CALLBACK_QUEUE, CALLBACKS } from "./seeded-callbacks.ts";
import { CANARIES, JOBS, QUEUE, type SeededRedis, seededRedis } from "./seeded-redis.ts";
import { type BoardProcess, PASSWORD, startBoard } from "./started-board.ts";

const stack = new AsyncDisposableStack();
let seeded: SeededRedis;
let board: BoardProcess;

beforeAll(async () => {
  seeded = stack.use(await seededRedis());
  board = stack.use(await startBoard({ REDIS_URL: seeded.redis.url, LOG_LEVEL: "trace" }));
}, 60_000);
afterAll(() => stack.disposeAsync());

const PRIVATE = new RegExp([...Object.values(CANARIES), PASSWORD].join("|"));
const STATES = ["latest", "active", "waiting", "prioritized", "completed", "failed", "delayed"];

/** Every address that answers something, with everything that lies in this Redis. */
function addresses(): string[] {
  return [
    "/messages",
    "/messages?id=x",
    ...seeded.ids.map((id) => `/messages/${id}`),
    ...[QUEUE, CALLBACK_QUEUE].flatMap((queue) =>
      STATES.map((state) => `/queues/api/queues?activeQueue=${queue}&status=${state}&jobsPerPage=100`),
    ),
    ...routesOfBullBoard()
      .filter(({ method }) => method === "GET")
      .flatMap(addressesOf),
  ];
}

test("no answer and no line of the log holds anything private, whatever lies in records and jobs", async () => {
  const told: string[] = [];
  for (const path of addresses()) {
    const text = await (await board.ask(path)).text();
    expect([path, PRIVATE.exec(text)?.[0]]).toEqual([path, undefined]);
    told.push(text);
  }
  const found = await board.ask("/messages/by-number", {
    method: "POST",
    body: new URLSearchParams({ number: `+${CANARIES.number}` }),
  });
  expect(found.status).toBe(200);
  const table = await found.text();
  expect(table).not.toMatch(PRIVATE);
  for (const id of seeded.ids) expect(table).toContain(id);
  expect(board.lines.join("\n")).not.toMatch(PRIVATE);
  // Else nothing would have been looked at.
  for (const id of seeded.ids) expect(told.join("\n")).toContain(id);
  for (const job of [...JOBS, ...CALLBACKS]) expect(told.join("\n")).toContain(job);
});

test("what Redis says about an error stays in the log", async () => {
  const wrong = seeded.ids[0] ?? "";
  await seeded.link.redis.set("hermod:accounts-kept", "");
  await seeded.link.redis.rename("hermod:accounts", "hermod:accounts-kept");
  await seeded.link.redis.set("hermod:accounts", CANARIES.text);
  try {
    for (const path of ["/queues/api/queues", `/queues/api/queues/${QUEUE}/${JOBS[0]}`]) {
      const answer = await board.ask(path);
      expect(answer.status).toBe(503);
      expect(await answer.text()).not.toMatch(/WRONGTYPE|hermod:|canary/);
    }
    expect((await board.ask(`/messages/${wrong}`)).status).toBe(200);
    await waitUntil("the word of Redis", () => board.lines.some((line) => line.includes("WRONGTYPE")));
  } finally {
    await seeded.link.redis.rename("hermod:accounts-kept", "hermod:accounts");
  }
});
