import { expect, test } from "vitest";
import { narrate } from "./narrate.ts";

test("an explanation is told in order, with what the time went into and who has which id", () => {
  const step = { state: "queued", reason: "ready", account: "main" } as const;
  const told = narrate({
    id: "m",
    producer: "shop",
    state: "submitted",
    final: false,
    acceptedAt: 1_750_000_000_000,
    totalMs: 2500,
    waits: [
      { cause: "queue", ms: 500 },
      { cause: "provider", ms: 2000 },
    ],
    steps: [
      { ...step, at: 1_750_000_000_000, what: "accepted", waits: [] },
      {
        ...step,
        at: 1_750_000_000_500,
        state: "sending",
        what: "attempt 1 begins at main",
        waits: [{ cause: "queue", ms: 500 }],
      },
    ],
    ongoing: [{ cause: "provider", ms: 2000 }],
    attempts: [{ n: 1, account: "main", verdict: "accepted", reference: 7, providerId: "P" }],
    anomalies: [],
  });
  expect(told).toEqual([
    "accepted at 2025-06-15T15:06:40.000Z",
    "     0.000 s  accepted",
    "     0.500 s  attempt 1 begins at main  [queue 0.500 s]",
    "     2.500 s  not over yet  [provider 2.000 s]",
    "",
    "     0.500 s  queue",
    "     2.000 s  provider",
    "     2.500 s  all together",
    "",
    "attempt 1 at main: taken, reference 7, provider id P",
  ]);
});
