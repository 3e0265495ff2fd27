import { expect, test } from "vitest";
import { allAgree } from "./report.ts";
import { compare, IN_DOUBT, type ProviderLog, type Told } from "./truth.ts";

const NOTHING: ProviderLog = { accepted: [], requests: [] };

function accepted(finalStatus: string, id = "P1"): ProviderLog["accepted"][number] {
  return { id, at: 0, finalStatus, params: { otp: "D-1" } };
}

function asked(answered: number, more: object = {}): ProviderLog["requests"][number] {
  const body = { list_param: { otp: "D-1" } };
  return { operation: "send", order: 1, at: 0, body, acceptedIds: [], answered, ...more };
}

function told(state: string, reason = "by_network", providerId?: string): Told {
  const view = { state, reason, ...(providerId === undefined ? {} : { providerId }) } as Told["view"];
  return { id: "m1", otp: "D-1", view };
}

test.each([
  ["SUCCESS", told("delivered", "by_network", "P1")],
  ["FAIL", told("undelivered", "by_network", "P1")],
  ["PROCESSING", told("unknown", "never_reported", "P1")],
])("a message that the provider ended with %s agrees as what that word means", (finalStatus, message) => {
  expect(compare([message], { ...NOTHING, accepted: [accepted(finalStatus)] }, false)).toMatchObject([
    { agrees: true },
  ]);
});

test.each([
  ["SUCCESS", told("undelivered", "by_network", "P1")],
  ["SUCCESS", told("unknown", "never_reported", "P1")],
  ["FAIL", told("delivered", "by_network", "P1")],
  ["PROCESSING", told("delivered", "by_network", "P1")],
  ["SUCCESS", told("submitted", "ready", "P1")],
  ["SUCCESS", told("rejected", "by_provider")],
  ["SUCCESS", { id: "m1", otp: "D-1", view: undefined }],
])("a message that the provider ended with %s differs as anything else: %j", (finalStatus, message) => {
  const verdicts = compare([message], { ...NOTHING, accepted: [accepted(finalStatus)] }, false);
  expect(verdicts).toMatchObject([{ id: "m1", agrees: false }]);
  expect(allAgree(verdicts)).toBe(false);
});

test("a message that was accepted twice differs, whatever it says", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS"), accepted("SUCCESS", "P2")] };
  expect(compare([told("delivered", "by_network", "P1")], log, true)).toMatchObject([
    { timesAccepted: 2, agrees: false },
  ]);
});

test("a message in doubt that was accepted twice differs", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS"), accepted("SUCCESS", "P2")] };
  expect(compare([told("unknown", "never_confirmed")], log, true)).toMatchObject([{ agrees: false }]);
});

test("a refused message agrees as rejected", () => {
  const log = { ...NOTHING, requests: [asked(200)] };
  expect(compare([told("rejected", "by_provider")], log, false)).toMatchObject([{ agrees: true }]);
});

test.each([
  ["a 429", asked(429, { fault: "answer" })],
  ["a faulty answer", asked(200, { fault: "answer" })],
  ["a status request", asked(200, { operation: "status" })],
])("%s is no refusal", (_, request) => {
  const log = { ...NOTHING, requests: [request] };
  expect(compare([told("rejected", "by_provider")], log, false)).toMatchObject([{ agrees: false }]);
});

test("a message in doubt agrees once a process was lost", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS")] };
  expect(compare([told("unknown", "never_confirmed")], log, true)).toMatchObject([
    { told: IN_DOUBT, demanded: IN_DOUBT, agrees: true },
  ]);
});

test("a message in doubt differs while no process was lost", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS")] };
  expect(compare([told("unknown", "never_confirmed")], log, false)).toMatchObject([{ agrees: false }]);
});

test("a message that holds the provider's id of another one differs", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS", "P2")] };
  expect(compare([told("delivered", "by_network", "P1")], log, false)).toMatchObject([{ agrees: false }]);
});

test("what somebody else sent to the provider is not judged", () => {
  const stranger = { ...accepted("SUCCESS"), params: { otp: "123456" } };
  expect(compare([], { ...NOTHING, accepted: [stranger] }, false)).toEqual([]);
});
