import { expect, test } from "vitest";
import { acceptedMessage, release, stateOf } from "./message.ts";
import { delivered, expired, neverReported, notDelivered, type Plan, read } from "./plan.ts";

const AT = 1_000_000;
const request = { channel: "sms", sender: "Hermod", text: "Code", number: "79000000001" } as const;

const waiting = (plan: Plan, change: object = {}) =>
  acceptedMessage({ ...request, ...change }, { id: "1", at: AT, plan, lifetimeMs: 10_000 });

const sent = (plan: Plan, change: object = {}) => {
  const message = waiting(plan, change);
  release(message, AT);
  return message;
};

test.each<[string, Plan, string[]]>([
  ["delivered", delivered(1000), ["send", "deliver", "deliver"]],
  ["read", read(1000, 2000), ["send", "deliver", "read"]],
  ["not delivered", notDelivered(2000), ["send", "send", "not_deliver"]],
  ["expired", expired(2000), ["send", "send", "expired"]],
  ["never reported", neverReported(), ["send", "send", "send"]],
])("a message that is %s says so in time", (_, plan, states) => {
  const message = sent(plan);
  expect([999, 1000, 2000].map((ms) => stateOf(message, AT + ms).state)).toEqual(states);
});

test("the time of a state is when it changed, and there is none before the first", () => {
  const message = sent(delivered(1000));
  expect([stateOf(message, AT + 999).at, stateOf(message, AT + 5000).at]).toEqual([undefined, AT + 1000]);
});

test("what would be delivered after its validity is expired at the end of it", () => {
  const message = sent(delivered(3000), { validUntil: AT + 2000 });
  expect([message.finalStatus, message.finalAt]).toEqual(["expired", AT + 2000]);
  expect(stateOf(message, AT + 2000).state).toBe("expired");
});

test("without a validity period the account's lifetime holds", () => {
  expect(sent(delivered(10_001)).finalStatus).toBe("expired");
  expect(sent(delivered(10_000)).finalStatus).toBe("deliver");
});

test("what was delivered in time may be read after the validity", () => {
  expect(sent(read(1000, 3000), { validUntil: AT + 2000 }).finalStatus).toBe("read");
});

test("a message that waits expires", () => {
  const message = waiting(delivered(1000));
  expect([stateOf(message, AT + 9999).state, stateOf(message, AT + 10_000).state]).toEqual([
    "send",
    "expired",
  ]);
});

test("a released message starts its plan at that time", () => {
  const message = waiting(delivered(1000));
  release(message, AT + 5000);
  expect([stateOf(message, AT + 5999).state, stateOf(message, AT + 6000).state]).toEqual(["send", "deliver"]);
  expect([message.finalStatus, message.finalAt]).toEqual(["deliver", AT + 6000]);
});

test("the end of a message that never reports is the word for not yet", () => {
  expect(sent(neverReported())).toMatchObject({ finalStatus: "send" });
  expect(sent(neverReported())).not.toHaveProperty("finalAt");
});

test.each([
  ["160 ASCII letters", "a".repeat(160), 1],
  ["161 ASCII letters", "a".repeat(161), 2],
  ["70 Cyrillic letters", "я".repeat(70), 1],
  ["135 Cyrillic letters", "я".repeat(135), 3],
])("a text of %s has its parts", (_, text, parts) => {
  expect(sent(delivered(1), { text }).parts).toBe(parts);
});
