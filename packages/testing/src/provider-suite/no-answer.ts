import { describe, expect, test } from "vitest";
import { responseOf } from "../wire.ts";
import { type Call, expectEach, messagesOf, never, resultsOf } from "./calls.ts";
import { MISHAPS } from "./mishaps.ts";
import { openStage } from "./stage.ts";
import type { Subject } from "./subject.ts";

/** Nothing that a network can do is taken for more than it proves, and nothing is written twice. */
export function testNoAnswer(subject: Subject, call: Call): void {
  const one = messagesOf(subject, 1);
  const some = messagesOf(subject, call.most(2));

  describe.concurrent("a request without a whole answer tells how far it came", () => {
    test.each(MISHAPS)("$title", async (mishap) => {
      await using stage = await openStage(subject, call, mishap);
      // A race ends in its own way for each request.
      const messages = mishap.phase === "witnessed" ? one : some;
      const told = await call.ask(stage.adapter, messages, never);
      const written = stage.wasWritten() ? "headers" : "connect";
      const phase = mishap.phase === "witnessed" ? written : mishap.phase;
      expectEach(told, messages, call.nothing(phase, mishap.detail));
      expect(stage.wasWritten()).toBe(phase !== "connect");
      expect(stage.requests.length).toBeLessThanOrEqual(call.requests(messages.length));
    });
  });

  describe.concurrent("a connection that is kept", () => {
    test("and closed by the server while it is idle is replaced", async () => {
      const closed = Promise.withResolvers<void>();
      await using stage = await openStage(subject, call, {
        connections: 1,
        reply(socket, right) {
          socket.on("close", () => closed.resolve());
          socket.end(responseOf(right));
        },
      });
      expect(await call.ask(stage.adapter, one, never)).toEqual(resultsOf(call, one));
      await closed.promise;
      expect(await call.ask(stage.adapter, one, never)).toEqual(resultsOf(call, one));
      expect(stage.requests.length).toBe(2);
    });

    test("and reset on its second request leaves that one in doubt, unrepeated", async () => {
      await using stage = await openStage(subject, call, {
        connections: 1,
        reply: (socket, right, _, nth) =>
          nth === 1 ? void socket.write(responseOf(right)) : socket.resetAndDestroy(),
      });
      expect(await call.ask(stage.adapter, one, never)).toEqual(resultsOf(call, one));
      expectEach(await call.ask(stage.adapter, one, never), one, call.nothing("headers", /^ECONNRESET$/));
      expect(stage.requests.length).toBe(2);
    });
  });

  test("an answer under a certificate that the account vouches for counts", async () => {
    const https = { shows: "ours", trusted: true } as const;
    await using stage = await openStage(subject, call, { https });
    expect(await call.ask(stage.adapter, one, never)).toEqual(resultsOf(call, one));
  });
}
