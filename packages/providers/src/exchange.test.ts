import { Dispatcher } from "undici";
import { expect, test } from "vitest";
import { askingBeforeWrite } from "./ask-before-write.ts";
import { exchange } from "./exchange.ts";

const limits = { timeoutMs: 1000, signal: new AbortController().signal };

/** A dispatcher that starts a request again, as undici's own may when it takes a lost connection for harmless. */
class Replaying extends Dispatcher {
  writes = 0;

  override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const controller = { aborted: false, paused: false, reason: null, abort() {}, pause() {}, resume() {} };
    try {
      for (;;) {
        handler.onRequestStart?.(controller, null);
        this.writes += 1;
      }
    } catch (error) {
      handler.onResponseError?.(controller, error as Error);
    }
    return true;
  }
}

test("a request that undici starts again is not written again", async () => {
  const dispatcher = new Replaying();
  const result = await exchange(dispatcher, { method: "POST", path: "/" }, limits);
  expect(result).toEqual({ kind: "failed", written: true, phase: "headers", detail: "replay" });
  expect(dispatcher.writes).toBe(1);
});

test("a request that may not be written any more is not, and what follows its first write is not asked about", async () => {
  const late = new Replaying();
  const bound = { ...limits, signal: askingBeforeWrite(() => false) };
  expect(await exchange(late, { method: "POST", path: "/" }, bound)).toMatchObject({ written: false });
  expect(late.writes).toBe(0);
  let questions = 0;
  const inTime = { ...limits, signal: askingBeforeWrite(() => questions++ === 0) };
  await exchange(new Replaying(), { method: "GET", path: "/" }, inTime);
  const second = new Replaying();
  await exchange(second, { method: "POST", path: "/" }, inTime);
  expect(second.writes).toBe(1);
});
