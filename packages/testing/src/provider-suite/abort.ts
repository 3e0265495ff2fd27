import { describe, expect, test } from "vitest";
import { responseOf } from "../wire.ts";
import { type Call, expectEach, messagesOf, never } from "./calls.ts";
import { openStage } from "./stage.ts";
import type { Subject } from "./subject.ts";

const ABORTED = /^aborted$/;

/** Whoever calls may end a request at any time; deadlines are far, so that nothing else ends it. */
export function testAbort(subject: Subject, call: Call): void {
  const one = messagesOf(subject, 1);

  describe.concurrent("an abort", () => {
    test("before anything is written keeps it from being written", async () => {
      await using stage = await openStage(subject, call);
      const messages = messagesOf(subject, call.most(2));
      const told = await call.ask(stage.adapter, messages, AbortSignal.abort());
      expectEach(told, messages, call.nothing("guard", ABORTED));
      expect(stage.received()).toBe("");
    });

    test("while the connection is being made ends it at once", async () => {
      const abort = new AbortController();
      await using stage = await openStage(subject, call, {
        https: { shows: "none", trusted: false },
        connection: { onData: () => abort.abort() },
      });
      const told = await call.ask(stage.adapter, one, abort.signal);
      expectEach(told, one, call.nothing("connect", ABORTED));
      expect(stage.wasWritten()).toBe(false);
    });

    test("while it waits for another one's connection keeps it from being written", async () => {
      const arrived = Promise.withResolvers<() => void>();
      await using stage = await openStage(subject, call, {
        connections: 1,
        reply: (socket, right) => arrived.resolve(() => void socket.write(responseOf(right))),
      });
      const first = call.ask(stage.adapter, one, never);
      const answer = await arrived.promise;
      const abort = new AbortController();
      const second = call.ask(stage.adapter, one, abort.signal);
      abort.abort();
      expectEach(await second, one, call.nothing("connect", ABORTED));
      answer();
      await first;
      expect(stage.requests.length).toBe(1);
    });

    test("after the write leaves it in doubt", async () => {
      const abort = new AbortController();
      await using stage = await openStage(subject, call, { reply: () => abort.abort() });
      const told = await call.ask(stage.adapter, one, abort.signal);
      expectEach(told, one, call.nothing("headers", ABORTED));
      expect(stage.requests.length).toBe(1);
    });

    test("within the answer leaves it in doubt", async () => {
      const abort = new AbortController();
      await using stage = await openStage(subject, call, {
        reply: (socket, right) => void socket.write(responseOf(right).subarray(0, -1)),
        onHead: () => abort.abort(),
      });
      const told = await call.ask(stage.adapter, one, abort.signal);
      expectEach(told, one, call.nothing("body", ABORTED));
    });
  });
}
