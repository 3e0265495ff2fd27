import { expect, test } from "vitest";
import { waitUntil } from "./wait.ts";

test("waiting ends with what the check found", async () => {
  let looks = 0;
  await expect(waitUntil("the third look", () => (++looks === 3 ? { looks } : undefined))).resolves.toEqual({
    looks: 3,
  });
});

test("waiting in vain names what was waited for", async () => {
  const wait = waitUntil("a message to become final", () => false, { timeoutMs: 30 });
  await expect(wait).rejects.toThrow("Waited 30 ms in vain for a message to become final.");
});

test("a check that never ends does not outlive the deadline", async () => {
  const wait = waitUntil("an answer", () => new Promise<boolean>(() => {}), { timeoutMs: 30 });
  await expect(wait).rejects.toThrow("in vain for an answer");
});

test("what the check throws ends the wait", async () => {
  const wait = waitUntil("anything", () => {
    throw new Error("broken");
  });
  await expect(wait).rejects.toThrow("broken");
});

test("a wait is abortable", async () => {
  const stop = new AbortController();
  const wait = waitUntil("anything", () => false, { signal: stop.signal });
  stop.abort(new Error("stopped"));
  await expect(wait).rejects.toThrow("stopped");
});
