import { describe, expect, test } from "vitest";
import { queuedRecord, T0 } from "../test/samples.ts";
import { afterCallback, callbackBody, callbackId } from "./callback.ts";
import { Callbacks } from "./callback-settings.ts";
import { stateEvent, stateFactsOf } from "./state-event.ts";

const DELAYS = [1000, 5000];
const failed = { kind: "failed", failure: "answered", detail: "http_500" } as const;
const event = stateEvent({
  ...stateFactsOf(queuedRecord({ metadata: { order: "42" } })),
  state: "delivered",
});

describe("after an attempt", () => {
  test("what was taken is done", () => {
    expect(afterCallback({ kind: "taken" }, 3, DELAYS, 0.5)).toEqual({ kind: "done" });
  });

  test("each wait of the list follows once, and then it is dead", () => {
    const after = [1, 2, 3].map((made) => afterCallback(failed, made, DELAYS, 0.5));
    expect(after).toEqual([
      { kind: "again", afterMs: 1000 },
      { kind: "again", afterMs: 5000 },
      { kind: "dead" },
    ]);
  });

  test("an endpoint may ask for a longer wait, and not for a shorter one", () => {
    expect(afterCallback({ ...failed, retryAfterMs: 60_000 }, 1, DELAYS, 0.5)).toMatchObject({
      afterMs: 60_000,
    });
    expect(afterCallback({ ...failed, retryAfterMs: 0 }, 1, DELAYS, 0.5)).toMatchObject({ afterMs: 1000 });
  });

  test("an endpoint that is gone is not tried again", () => {
    expect(afterCallback({ ...failed, failure: "gone" }, 1, DELAYS, 0.5)).toEqual({ kind: "dead" });
  });
});

test("a callback has one name for each final state of a message", () => {
  const names = (["unknown", "delivered", "read"] as const).map((state) => callbackId({ ...event, state }));
  expect(new Set(names).size).toBe(3);
  expect(callbackId({ ...event })).toBe(names[1]);
});

test("what is posted has the event and what the producer gave along, and nothing private", () => {
  const body = callbackBody(event, { order: "42" });
  expect(JSON.parse(body)).toMatchObject({
    type: "message.delivered",
    timestamp: new Date(T0).toISOString(),
    data: { id: event.id, state: "delivered", final: true, certainty: "proven", metadata: { order: "42" } },
  });
  expect(body).not.toMatch(/836106872|123456|hash/);
});

const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

test.each([
  ["a secret that is too short", { url: "https://shop.example", secrets: [`whsec_${"AAAA".repeat(4)}`] }],
  ["a secret without its prefix", { url: "https://shop.example", secrets: [SECRET.slice(6)] }],
  ["no secret", { url: "https://shop.example", secrets: [] }],
  ["an address that is none of HTTP", { url: "ftp://shop.example", secrets: [SECRET] }],
  ["a password in the address", { url: "https://u:hunter2@shop.example", secrets: [SECRET] }],
])("%s is refused, and not told", (_, shop) => {
  const { success, error } = Callbacks.safeParse({ producers: { shop } });
  expect(success).toBe(false);
  expect(String(error)).not.toMatch(/hunter2|AAAAAAAA|AQEBAQ/);
});
