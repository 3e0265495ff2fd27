import { SIMULATED_PROVIDERS } from "@hermod/simulator/registry";
import { expect, test } from "vitest";
import type { PlannedAcceptance, ProviderLog } from "./demo-provider.ts";
import { demoProviders } from "./demo-providers.ts";
import { compare, IN_DOUBT, type Told } from "./truth.ts";

const NOTHING: ProviderLog = { accepted: [], requests: [], pushes: 0 };
const CODE = "delivered-123456";
const { etelecom, ultroam } = demoProviders;

type LoggedAcceptance = PlannedAcceptance & { readonly text: string };

function accepted(finalStatus: string, id = "P1"): LoggedAcceptance {
  return { id, at: 0, finalStatus, plan: { steps: [] }, text: `Your code is ${CODE}` };
}

function asked(answered: number, more: object = {}): ProviderLog["requests"][number] {
  const body = { list_param: { otp: CODE } };
  return { operation: "send", order: 1, at: 0, body, acceptedIds: [], answered, ...more };
}

function told(state: string, reason = "by_network", providerId?: string): Told {
  const view = { state, reason, ...(providerId === undefined ? {} : { providerId }) } as Told["view"];
  return { id: "m1", code: CODE, view };
}

/** What the documents say of each last word; of the others nobody can know more than that. */
const WORDS = [
  ["etelecom", "SUCCESS", "delivered"],
  ["etelecom", "FAIL", "undelivered"],
  ["etelecom", "PROCESSING", "unknown"],
  ["webcom", "deliver", "delivered"],
  ["webcom", "read", "read"],
  ["webcom", "not_deliver", "undelivered"],
  ["webcom", "expired", "expired"],
  ["webcom", "partly_deliver", "unknown"],
  ["webcom", "send", "unknown"],
  ["ultroam", "DELIVERED", "delivered"],
  ["ultroam", "FAILED", "undelivered"],
  ["ultroam", "SENT_OK", "unknown"],
  ["ultroam", "SENDING", "unknown"],
  ["bitel", "DELIVERED", "delivered"],
  ["bitel", "BLACKLIST", "undelivered"],
  ["bitel", "ERROR", "undelivered"],
  ["bitel", "CHECK_ERROR", "undelivered"],
  ["bitel", "DELIVERY_FAILED", "undelivered"],
  ["bitel", "CHECK_OK", "unknown"],
  ["bitel", "WAITING", "unknown"],
] as const;

test.each(WORDS)(
  "a message that %s ended with %s agrees as %s, and as nothing else",
  (provider, word, state) => {
    const log = { ...NOTHING, accepted: [accepted(word)] };
    const verdictOn = (said: string) => compare([told(said)], log, demoProviders[provider], false)[0];
    expect(verdictOn(state)).toMatchObject({ id: "m1", demanded: state, agrees: true });
    const others = ["delivered", "read", "undelivered", "expired", "rejected", "submitted", "unknown"];
    for (const other of others.filter((one) => one !== state)) expect(verdictOn(other)?.agrees).toBe(false);
  },
);

test("the words of every provider are judged", () => {
  expect(new Set(WORDS.map(([provider]) => provider))).toEqual(new Set(SIMULATED_PROVIDERS));
});

test("a message that Hermod has lost differs", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS")] };
  const lost = { id: "m1", code: CODE, view: undefined };
  expect(compare([lost], log, etelecom, false)).toMatchObject([{ told: "lost", agrees: false }]);
});

test("a message that was never sent differs, whatever it says", () => {
  for (const state of ["delivered", "unknown", "rejected"])
    expect(compare([told(state)], NOTHING, etelecom, false)).toMatchObject([{ agrees: false }]);
});

test.each([true, false])("a message that was accepted twice differs, with a lost process: %s", (mayDoubt) => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS"), accepted("SUCCESS", "P2")] };
  for (const message of [told("delivered", "by_network", "P1"), told("unknown", "never_confirmed")])
    expect(compare([message], log, etelecom, mayDoubt)).toMatchObject([{ timesAccepted: 2, agrees: false }]);
});

test.each([200, 400])("a message refused with HTTP %i agrees as rejected", (answered) => {
  const log = { ...NOTHING, requests: [asked(answered)] };
  expect(compare([told("rejected", "by_provider")], log, etelecom, false)).toMatchObject([{ agrees: true }]);
});

test.each([
  ["a 429", asked(429, { fault: "answer" })],
  ["a faulty answer", asked(200, { fault: "answer" })],
  ["a 401", asked(401)],
  ["a status request", asked(200, { operation: "status" })],
])("%s is no refusal", (_, request) => {
  const log = { ...NOTHING, requests: [request] };
  expect(compare([told("rejected", "by_provider")], log, etelecom, false)).toMatchObject([{ agrees: false }]);
});

test("a message sent again by its reference, and known already, was not refused", () => {
  const log = { accepted: [accepted("deliver")], requests: [asked(200)], pushes: 0 };
  expect(compare([told("delivered")], log, demoProviders.webcom, false)).toMatchObject([
    { demanded: "delivered", agrees: true },
  ]);
});

test("a message in doubt agrees only once a process was lost", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS")] };
  const verdicts = [true, false].map(
    (lost) => compare([told("unknown", "never_confirmed")], log, etelecom, lost)[0],
  );
  expect(verdicts).toMatchObject([
    { told: IN_DOUBT, demanded: IN_DOUBT, agrees: true },
    { told: IN_DOUBT, demanded: "delivered", agrees: false },
  ]);
});

test("a message that holds the provider's id of another one differs", () => {
  const log = { ...NOTHING, accepted: [accepted("SUCCESS", "P2")] };
  expect(compare([told("delivered", "by_network", "P1")], log, etelecom, false)).toMatchObject([
    { agrees: false },
  ]);
});

test("at Ultroam the id of a message is our reference", () => {
  const log = { ...NOTHING, accepted: [{ ...accepted("DELIVERED", "1"), userId: 77 }] };
  const verdicts = ["77", "1"].map(
    (id) => compare([told("delivered", "by_network", id)], log, ultroam, false)[0],
  );
  expect(verdicts).toMatchObject([{ agrees: true }, { agrees: false }]);
});

test("what somebody else sent to the provider is not judged", () => {
  const stranger = { ...accepted("SUCCESS"), text: "Your code is 123456" };
  expect(compare([], { ...NOTHING, accepted: [stranger] }, etelecom, false)).toEqual([]);
});
