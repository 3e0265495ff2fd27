import { Dispatcher } from "undici";
import { expect, test } from "vitest";
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
