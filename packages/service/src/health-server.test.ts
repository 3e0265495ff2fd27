import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { serveHealth } from "./health-server.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("a process that misses something is alive but not ready, and says what it misses", async () => {
  let missing: string | undefined = "Redis is away";
  const port = await freePort();
  await using _server = await serveHealth(port, async () => missing);
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, (await response.text()).trim()];
  };
  expect(await ask("/live")).toEqual([200, "live"]);
  expect(await ask("/ready")).toEqual([503, "Redis is away"]);
  missing = undefined;
  expect(await ask("/ready")).toEqual([200, "ready"]);
  expect(await ask("/other")).toEqual([404, "not found"]);
});
