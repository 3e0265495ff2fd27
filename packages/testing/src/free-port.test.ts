import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "./free-port.ts";

test("each port is another, and nobody's outgoing connection can take it", async () => {
  const range = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8").catch(() => "32768 60999");
  const firstHandedOut = Number.parseInt(range, 10);
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
  expect(Math.max(...ports)).toBeLessThan(firstHandedOut);
});

test("a port that somebody listens on is passed over", async () => {
  const port = await freePort();
  const taken = createServer().listen(port + 1);
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  expect(await freePort()).not.toBe(port + 1);
});
