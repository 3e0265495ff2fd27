import { once } from "node:events";
import { createServer } from "node:http";
import { startApp } from "@hermod/testing/app-process";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { CALLBACK_QUEUE, CALLBACKS } from "./seeded-callbacks.ts";
import { QUEUE, type SeededRedis, seededRedis } from "./seeded-redis.ts";
import { type BoardProcess, PASSWORD, startBoard, USER } from "./started-board.ts";

/** Starts a board that is expected to end by itself. */
async function failedStart(env: Readonly<Record<string, string>>) {
  await using started = await startApp("board", { env, untilStarted: false });
  const code = await started.ended;
  return { code, said: started.lines.join("\n") };
}

const ACCESS = { BOARD_USER: USER, BOARD_PASSWORD: PASSWORD };
const TIMES = { timeout: 30_000 };

describe("a board", () => {
  test(
    "without user and password ends at once, with one message that names both and all else",
    TIMES,
    async () => {
      const { code, said } = await failedStart({
        LOG_LEVEL: "loud",
        BOARD_WRITABLE: "maybe",
        BOARD_USER: "",
      });
      expect(code).toBe(1);
      expect(said).toMatch(/^The environment cannot be used, 4 problems:/);
      for (const name of ["LOG_LEVEL", "BOARD_USER", "BOARD_PASSWORD", "BOARD_WRITABLE"]) {
        expect(said).toContain(`  - ${name}: `);
      }
      expect(said.split("\n")).toHaveLength(5);
    },
  );

  test("whose Redis is not there says so", TIMES, async () => {
    const { code, said } = await failedStart({ ...ACCESS, REDIS_URL: "redis://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(said).toMatch(/^Redis at 127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/);
  });

  test("whose port is taken says so in one message", TIMES, async () => {
    await using redis = await startRedis();
    const other = createServer().listen(0);
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { code, said } = await failedStart({ ...ACCESS, REDIS_URL: redis.url, PORT: `${port}` });
    other.close();
    expect(code).toBe(1);
    expect(said).toBe(`PORT cannot be used, 1 problem:\n  - ${port} is in use by another process`);
  });

  test("that is told to end does so promptly with 0, also while somebody is connected", TIMES, async () => {
    await using redis = await startRedis();
    await using board = await startBoard({ REDIS_URL: redis.url });
    await (await board.ask("/messages")).text();
    const began = performance.now();
    board.kill("SIGTERM");
    expect(await board.ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("whose Redis goes away says so on every page, and shows again once it is back", TIMES, async () => {
    await using redis = await startRedis();
    await using board = await startBoard({ REDIS_URL: redis.url });
    const statuses = async () => {
      const paths = ["/ready", "/messages", `/messages/${"0".repeat(26)}`, "/queues/api/queues", "/live"];
      return await Promise.all(paths.map(async (path) => (await board.ask(path)).status));
    };
    expect(await statuses()).toEqual([200, 200, 404, 200, 200]);
    await redis.kill();
    await waitUntil("it to notice", async () => (await board.ask("/ready")).status === 503);
    await waitUntil("the last figures to be old", async () => (await board.ask("/messages")).status === 503);
    expect(await statuses()).toEqual([503, 503, 503, 503, 200]);
    expect(await (await board.ask("/messages")).text()).toContain("Redis does not answer");
    await redis.restart();
    await waitUntil("it to show again", async () => (await statuses()).join() === "200,200,404,200,200", {
      timeoutMs: 10_000,
    });
  });

  test("whose Redis falls silent does not keep anybody waiting", TIMES, async () => {
    await using seeded = await seededRedis();
    await using board = await startBoard({ REDIS_URL: seeded.redis.url });
    await seeded.link.redis.client("PAUSE", 8000);
    const began = performance.now();
    const paths = ["/messages", `/messages/${seeded.ids[0]}`, "/queues/api/queues"];
    const statuses = await Promise.all(paths.map(async (path) => (await board.ask(path)).status));
    expect(statuses).toEqual([503, 503, 503]);
    expect(performance.now() - began).toBeLessThan(7500);
    await waitUntil("it to show again", async () => (await board.ask("/messages")).status === 200, {
      timeoutMs: 10_000,
    });
  });

  test(
    "shows the queues of an account that is announced, and of a producer that gets callbacks, while it runs",
    TIMES,
    async () => {
      await using seeded = await seededRedis();
      await using board = await startBoard({ REDIS_URL: seeded.redis.url });
      const names = async () => {
        const { queues } = (await (await board.ask("/queues/api/queues")).json()) as {
          queues: { name: string }[];
        };
        return queues.map(({ name }) => name);
      };
      expect(await names()).toEqual(["send.main", "check.main", CALLBACK_QUEUE]);
      await Promise.all([seeded.announce("other"), seeded.callBack("bank")]);
      const queues = [
        "send.main",
        "check.main",
        CALLBACK_QUEUE,
        "send.other",
        "check.other",
        "callback.bank",
      ];
      expect(await names()).toEqual(queues);
      await waitUntil("it to be among the messages", async () =>
        (await (await board.ask("/messages")).text()).includes("account-other"),
      );
    },
  );

  test("changes nothing in Redis, whatever is looked at", TIMES, async () => {
    await using seeded = await seededRedis();
    const before = await dumpRedis(seeded.redis.url);
    await using board = await startBoard({ REDIS_URL: seeded.redis.url });
    await lookAtAll(board, seeded);
    expect(await dumpRedis(seeded.redis.url)).toEqual(before);
  });

  test("needs no right to write in Redis in order to show", TIMES, async () => {
    await using seeded = await seededRedis();
    // BullMQ reads by scripts, which may do no more than the user may.
    const rights = ["+@read", "+@connection", "+info", "+time", "+eval", "+evalsha", "+script|load", "-keys"];
    await seeded.link.redis.call("ACL", "SETUSER", "viewer", "on", ">right", "~*", ...rights);
    const url = new URL(seeded.redis.url);
    Object.assign(url, { username: "viewer", password: "right" });
    await using board = await startBoard({ REDIS_URL: url.href });
    await lookAtAll(board, seeded);
    expect(board.lines.join("\n")).not.toMatch(/NOPERM/);
  });
});

async function lookAtAll(board: BoardProcess, { ids }: SeededRedis): Promise<void> {
  const paths = [
    "/messages",
    `/messages/${ids[0]}`,
    `/queues/api/queues?activeQueue=${QUEUE}&status=latest`,
    `/queues/api/queues?activeQueue=${QUEUE}&status=failed`,
    `/queues/api/queues/${QUEUE}/s-failed`,
    `/queues/api/queues/${QUEUE}/s-failed/flow`,
    `/queues/api/queues/${QUEUE}/workers`,
    `/queues/api/queues?activeQueue=${CALLBACK_QUEUE}&status=failed`,
    `/queues/api/queues/${CALLBACK_QUEUE}/${CALLBACKS[1]}`,
    "/queues/api/redis/stats",
  ];
  for (const path of paths) expect([path, (await board.ask(path)).status]).toEqual([path, 200]);
}
