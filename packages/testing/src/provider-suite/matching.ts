import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { responseOf, type WireAnswer } from "../wire.ts";
import { type Call, messagesOf, never, resultsOf } from "./calls.ts";
import { withItems } from "./mutations.ts";
import { openStage } from "./stage.ts";
import type { Subject } from "./subject.ts";

type Items = readonly unknown[];

const ORDERS: readonly (readonly [title: string, change: (items: Items) => Items])[] = [
  ["in the opposite order", (items) => items.toReversed()],
  ["turned round", (items) => [...items.slice(2), ...items.slice(0, 2)]],
];
const LOSSES: readonly (readonly [title: string, change: (items: Items) => Items])[] = [
  ["without the first", (items) => items.slice(1)],
  ["without the last", (items) => items.slice(0, -1)],
  ["without any", () => []],
  ["with something else in place of the first", (items) => [null, ...items.slice(1)]],
];

/** What is told of a message is its own: by its id, never by its place. */
export function testMatching(subject: Subject, call: Call): void {
  const CONNECTIONS = 3;

  test("each of many messages gets its own answer, whatever the order of answers", async () => {
    const messages = messagesOf(subject, call.most(call.batch === 1 ? 12 : call.batch + 2));
    const expected = call.requests(messages.length);
    const held: (() => void)[] = [];
    let answered = 0;
    await using stage = await openStage(subject, call, {
      connections: CONNECTIONS,
      reply(socket: Socket, right: WireAnswer) {
        held.push(() => void socket.write(responseOf(right)));
        if (held.length < Math.min(CONNECTIONS, expected - answered)) return;
        answered += held.length;
        for (const release of held.splice(0).toReversed()) release();
      },
    });
    expect(await call.ask(stage.adapter, messages, never)).toEqual(resultsOf(call, messages));
    expect(stage.requests.length).toBe(expected);
    expect(stage.connections()).toBeLessThanOrEqual(CONNECTIONS);
  });

  if (call.batch === 1) return;
  const messages = messagesOf(subject, Math.min(call.batch, 5));

  async function askWith(change: (items: Items) => Items, asked = messages) {
    await using stage = await openStage(subject, call, {
      reply: (socket, right) =>
        void socket.write(responseOf({ ...right, body: withItems(right.body.toString(), change) })),
    });
    return await call.ask(stage.adapter, asked, never);
  }

  describe("items of an answer belong to the messages they name", () => {
    test.each(ORDERS)("%s", async (_, change) => {
      expect(await askWith(change)).toEqual(resultsOf(call, messages));
    });

    test("among those of others", async () => {
      const seen: unknown[] = [];
      await askWith((items) => {
        seen.push(...items);
        return items;
      });
      const asked = messages.slice(1, -1);
      expect(await askWith(() => seen, asked)).toEqual(resultsOf(call, asked));
    });

    test.each(LOSSES)("%s: what is missing is nobody else's", async (_, change) => {
      const told = await askWith(change);
      expect([...told.keys()]).toEqual(messages.map(({ id }) => id));
      for (const [id, result] of resultsOf(call, messages)) {
        const own = told.get(id);
        if (own !== undefined && call.isEvidence(own)) expect(own).toEqual(result);
      }
    });
  });
}
