import { expect, test } from "vitest";
import type { Finding } from "../finding.ts";
import { refusalOf } from "./refusal.ts";

function nothing(reason: string, retryAfterMs?: number): Finding {
  return { kind: "unavailable", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

test.for([
  "http_429",
  "http_500",
  "http_503",
  "probe_http_503",
  "deadline",
  "ECONNREFUSED",
  "UND_ERR_SOCKET",
])("a request that got %s was refused as a whole", (reason) => {
  expect(refusalOf([nothing(reason), nothing(reason)])).toMatchObject({ code: reason });
});

test("whatever comes with a time to wait is a refusal, and the longest time counts", () => {
  const refusal = refusalOf([nothing("http_403", 1000), nothing("http_403", 5000)]);
  expect(refusal).toEqual({ code: "http_403", retryAfterMs: 5000 });
});

test.for(["http_404", "not_understood", "not_listed", "credentials"])(
  "an answer that says %s is about messages, and no reason to let the account rest",
  (reason) => {
    expect(refusalOf([nothing(reason)])).toBeUndefined();
  },
);

test("a request that told something about one message was answered", () => {
  const told: Finding = { kind: "report", report: { kind: "sent", word: "sent" } };
  expect(refusalOf([nothing("http_500"), told])).toBeUndefined();
  expect(refusalOf([nothing("http_500"), undefined])).toBeUndefined();
  expect(refusalOf([])).toBeUndefined();
});
