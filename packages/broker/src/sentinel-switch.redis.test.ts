import type { Socket } from "node:net";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { openRawServer } from "@hermod/testing/raw-server";
import { waitUntil } from "@hermod/testing/wait";
import { expect, onTestFinished, test } from "vitest";
import { connectRedis } from "./connect.ts";

const SWITCHED = array("message", "+switch-master", "main");
/** Long enough for what was said on another connection to have been heard. */
const ANSWERS_AFTER_MS = 100;

function array(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** A sentinel that tells of a new master just when it is asked, but for the first time, who that is. */
async function openSentinel(master: URL) {
  const listeners = new Set<Socket>();
  const done = new Map<Socket, number>();
  let asked = 0;
  const answer = (socket: Socket, [name = "", what = ""]: readonly string[]): void => {
    if (name === "subscribe") {
      listeners.add(socket);
      socket.write(`*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n`);
    } else if (what === "get-master-addr-by-name") {
      asked += 1;
      const told = array(master.hostname, master.port);
      if (asked === 1) return void socket.write(told);
      for (const listener of listeners) listener.write(SWITCHED);
      setTimeout(() => socket.write(told), ANSWERS_AFTER_MS);
    } else if (name === "hello") socket.write("-NOPROTO unsupported protocol version\r\n");
    else socket.write(what === "sentinels" ? "*0\r\n" : "+OK\r\n");
  };
  const server = await openRawServer({
    onData(socket, received) {
      const commands = received.split(/^\*\d+\r\n/m).slice(1);
      for (const command of commands.slice(done.get(socket) ?? 0)) {
        answer(
          socket,
          [...command.matchAll(/^\$\d+\r\n(.*)\r\n/gm)].map(([, word = ""]) => word.toLowerCase()),
        );
      }
      done.set(socket, commands.length);
    },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: `redis+sentinel://127.0.0.1:${server.port}/main`, asked: () => asked, listeners };
}

test("a new master that is told of while a connection asks for it ends neither the connection nor what waits for it", async () => {
  const sentinel = await openSentinel(new URL(isolatedRedis().url));
  const link = await connectRedis(sentinel.url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  await waitUntil("the sentinel to be listened to", () => sentinel.listeners.size > 0);
  const own = String(await link.redis.client("ID"));
  await link.redis.call("CLIENT", "KILL", "ID", own, "SKIPME", "no").catch(() => {});
  expect(await link.redis.ping()).toBe("PONG");
  expect(sentinel.asked()).toBeGreaterThan(1);
});
