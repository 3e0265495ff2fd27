import { freePort } from "@hermod/testing/free-port";
import { expect, test } from "vitest";
import { serveHealth } from "./health-server.ts";
import { METRICS_TYPE, openMetrics } from "./metrics.ts";

test("a process that misses something is alive but not ready, and says what it misses", async () => {
  let missing: string | undefined = "Redis does not answer";
  const port = await freePort();
  const metrics = openMetrics("worker", {});
  await using _server = await serveHealth(port, { wrong: () => undefined, missing: () => missing, metrics });
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, (await response.text()).trim()];
  };
  expect(await ask("/live")).toEqual([200, "live"]);
  expect(await ask("/ready")).toEqual([503, "Redis does not answer"]);
  missing = undefined;
  expect(await ask("/ready")).toEqual([200, "ready"]);
  expect(await ask("/other")).toEqual([404, "not found"]);
});

test("what a process counts is served as OpenMetrics", async () => {
  const port = await freePort();
  await using _server = await serveHealth(port, {
    wrong: () => undefined,
    missing: () => undefined,
    metrics: openMetrics("worker", {}),
  });
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get("content-type")).toBe(METRICS_TYPE);
  const text = await response.text();
  expect(text).toContain('hermod_process_info{process="worker"} 1\n');
  expect(text).toMatch(/\n# EOF\n$/);
});

test("a process that makes no progress is not alive, and says what is wrong", async () => {
  const port = await freePort();
  const wrong = () => "orders wait in send.main, and none is taken";
  const metrics = openMetrics("worker", {});
  await using _server = await serveHealth(port, { wrong, missing: () => undefined, metrics });
  const response = await fetch(`http://127.0.0.1:${port}/live?probe=1`);
  expect([response.status, await response.text()]).toEqual([503, `${wrong()}\n`]);
});
