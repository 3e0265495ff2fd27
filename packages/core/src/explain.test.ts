import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, lived } from "../test/lives.ts";
import { queuedRecord, T0, TERMS } from "../test/samples.ts";
import { type Explanation, explain } from "./explain.ts";
import type { MessageRecord } from "./record.ts";
import type { Wait } from "./wait.ts";

const REPEAT = { ...TERMS, resolution: "repeat" } as const;
const ASK = { ...TERMS, resolution: "ask" } as const;
const queued = queuedRecord({ account: undefined, route: ["first", "second"] });
const alone = queuedRecord({ account: "first" });

const told = (waits: readonly Wait[]): string => waits.map(({ cause, ms }) => `${cause} ${ms}`).join(", ");

/** What happened and when, in a line each, and what all the time went into. */
function timeline(record: MessageRecord, nowMs = 0): string[] {
  const { steps, waits, totalMs } = explain(record, T0 + nowMs);
  return [
    ...steps.map(
      (step) => `${step.at - T0} ${step.what}${step.waits.length === 0 ? "" : ` [${told(step.waits)}]`}`,
    ),
    `${totalMs}: ${told(waits)}`,
  ];
}

describe("the timeline of a message", () => {
  test("that is delivered at once", () => {
    const record = lived(
      alone,
      at.begin(40),
      at.accepted(290),
      at.report(3290, "sent"),
      at.report(4000, "delivered"),
    );
    expect(timeline(record)).toEqual([
      "0 accepted",
      "40 attempt 1 begins at first [queue 40]",
      "290 taken by the provider [provider 250]",
      "3290 passed on to the network [provider 3000]",
      "4000 delivered [provider 710]",
      "4000: queue 40, provider 3960",
    ]);
  });

  test("that is scheduled, and whose provider asks for a pause", () => {
    const later = queuedRecord({ account: "first", sendAt: T0 + 60_000 });
    const throttled = { kind: "throttled", retryAfterMs: 2000, scope: "account" } as const;
    const record = lived(
      later,
      at.begin(60_100),
      at.outcome(60_200, 1, throttled),
      at.begin(62_250),
      at.accepted(62_400, 2),
      at.report(63_000, "delivered"),
    );
    expect(timeline(record)).toEqual([
      "0 accepted, to be sent later",
      "60100 attempt 1 begins at first [schedule 60000, queue 100]",
      "60200 not taken: the provider asks for a pause [provider 100]",
      "62250 attempt 2 begins at first [rate 2000, queue 50]",
      "62400 taken by the provider [provider 150]",
      "63000 delivered [provider 600]",
      "63000: schedule 60000, queue 150, provider 850, rate 2000",
    ]);
  });

  test("that waits for a worker, and then behind others at the rate of its account", () => {
    const record = lived(alone, at.paced(900, 700), at.accepted(1000), at.report(2000, "delivered"));
    expect(timeline(record)).toEqual([
      "0 accepted",
      "900 attempt 1 begins at first [queue 200, rate 700]",
      "1000 taken by the provider [provider 100]",
      "2000 delivered [provider 1000]",
      "2000: queue 200, rate 700, provider 1100",
    ]);
  });

  test("that expires at the rate of its account", () => {
    const record = lived(alone, { ...at.timer(300_000), limitedMs: 3_600_000 });
    expect(timeline(record).at(-1)).toBe("300000: rate 300000");
  });

  test("that is tried again after it was proven not taken", () => {
    const refused = { kind: "notSent", phase: "connect" } as const;
    const record = lived(
      alone,
      at.begin(10),
      at.outcome(30, 1, refused),
      at.begin(1100),
      at.accepted(1200, 2),
      at.report(2000, "undelivered", "404"),
    );
    expect(timeline(record)).toEqual([
      "0 accepted",
      "10 attempt 1 begins at first [queue 10]",
      "30 not taken, to be tried again (connect) [provider 20]",
      "1100 attempt 2 begins at first [retry 1000, queue 70]",
      "1200 taken by the provider [provider 100]",
      "2000 undelivered, as the network says (404) [provider 800]",
      "2000: queue 80, provider 920, retry 1000",
    ]);
  });

  test("that is held for its account and released", () => {
    const record = lived(
      alone,
      at.hold(500, "balance"),
      at.release(90_500),
      at.begin(90_600),
      at.accepted(90_700),
      at.report(91_000, "delivered"),
    );
    expect(timeline(record)).toEqual([
      "0 accepted",
      "500 held, because first is at fault or stopped (balance) [queue 500]",
      "90500 released: first may be tried again [breaker 90000]",
      "90600 attempt 1 begins at first [queue 100]",
      "90700 taken by the provider [provider 100]",
      "91000 delivered [provider 300]",
      "91000: queue 600, breaker 90000, provider 400",
    ]);
  });

  test("whose doubt is settled by the same reference again", () => {
    const lost = { kind: "maybeSent", phase: "answer", evidence: "timeout" } as const;
    const record = lived(
      alone,
      at.begin(10, REPEAT),
      at.outcome(15_010, 1, lost, REPEAT),
      at.begin(75_200, REPEAT),
      at.accepted(75_400, 2, REPEAT),
      at.report(76_000, "delivered", undefined, REPEAT),
    );
    expect(timeline(record)).toEqual([
      "0 accepted",
      "10 attempt 1 begins at first [queue 10]",
      "15010 in doubt: the request may have been taken, and there is no proof [provider 15000]",
      "75200 attempt 2 begins at first, in doubt about an earlier one [settle 60190]",
      "75400 taken by the provider [provider 200]",
      "76000 delivered [provider 600]",
      "76000: queue 10, provider 15800, settle 60190",
    ]);
  });

  test("whose doubt is settled by asking, and which is written again", () => {
    const record = lived(
      alone,
      at.begin(10, ASK),
      at.timer(30_010, ASK),
      at.absent(90_010, ASK),
      at.absent(105_010, ASK),
      at.begin(106_100, ASK),
      at.accepted(106_200, 2, ASK),
      at.report(107_000, "delivered", undefined, ASK),
    );
    expect(timeline(record)).toEqual([
      "0 accepted",
      "10 attempt 1 begins at first [queue 10]",
      "30010 in doubt: whoever made the attempt was lost [settle 30000]",
      "90010 the provider does not know it, asked for the first time [settle 60000]",
      "105010 not taken, to be tried again (answer) [settle 15000]",
      "106100 attempt 2 begins at first [retry 1000, queue 90]",
      "106200 taken by the provider [provider 100]",
      "107000 delivered [provider 800]",
      "107000: queue 100, settle 105000, retry 1000, provider 900",
    ]);
  });

  test("that another account takes over, with what is learned too late", () => {
    const refused = { kind: "rejected", scope: "sender", code: "sender_unknown", providerCode: "7" } as const;
    const record = lived(
      queued,
      at.begin(10),
      at.outcome(60, 1, refused),
      at.begin(100),
      at.accepted(200, 2),
      at.report(900, "delivered"),
      at.accepted(1500),
    );
    expect(timeline(record)).toEqual([
      "0 accepted, to go through first, else second",
      "10 attempt 1 begins at first [queue 10]",
      "60 first gives it up, second takes over (sender_unknown) [provider 50]",
      "100 attempt 2 begins at second [queue 40]",
      "200 taken by the provider [provider 100]",
      "900 delivered [provider 700]",
      "1500 attempt 1 at first was taken; contradiction: attempt 1 accepted after it was denied; contradiction: accepted twice [provider 600]",
      "900: queue 50, provider 850",
    ]);
  });

  test.for([
    [
      "expires before it can be sent",
      lived(alone, at.hold(1000, "credentials"), at.timer(300_000)),
      ["300000 expired before it could be sent [breaker 299000]", "300000: queue 1000, breaker 299000"],
    ],
    [
      "is never reported",
      lived(alone, at.begin(10), at.accepted(100), at.timer(3_600_100)),
      [
        "3600100 unknown: no final report came in time [provider 3600000]",
        "3600100: queue 10, provider 3600090",
      ],
    ],
    [
      "is canceled",
      lived(alone, at.cancel(700)),
      ["700 canceled by its producer [queue 700]", "700: queue 700"],
    ],
  ] as const)("that %s", ([, record, end]) => {
    expect(timeline(record).slice(-2)).toEqual(end);
  });

  test("of a message that is not final tells what it waits for now", () => {
    const record = lived(alone, at.begin(10), at.accepted(100));
    expect(timeline(record, 5100).at(-1)).toBe("5100: queue 10, provider 5090");
    expect(explain(record, T0 + 5100)).toMatchObject({
      final: false,
      ongoing: [{ cause: "provider", ms: 5000 }],
    });
  });

  test("of a message whose account is at its rate tells that it waits for that", () => {
    expect(explain(alone, T0 + 800, 500).ongoing).toEqual([
      { cause: "queue", ms: 300 },
      { cause: "rate", ms: 500 },
    ]);
  });

  test("tells each attempt with its reference and the provider's id, and nothing private", () => {
    const record = { ...lived(queued, at.begin(10), at.accepted(100)), references: { first: 7 } };
    const explained: Explanation = explain(record, T0 + 200);
    expect(explained.attempts).toEqual([
      { n: 1, account: "first", verdict: "accepted", reference: 7, providerId: "P1" },
    ]);
    expect(JSON.stringify(explained)).not.toMatch(/836106872|123456|hash/);
  });
});

const pause = fc.integer({ min: 0, max: 100_000 });
const turn = fc.constantFrom(
  "begin",
  "paced",
  "accept",
  "refuse",
  "throttle",
  "lose",
  "hold",
  "release",
  "timer",
  "absent",
  "report",
);

test("whatever happens, the waits sum to the time from acceptance to the end, step by step", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(pause, turn), { maxLength: 60 }), (turns) => {
      let record = queued;
      let ms = 0;
      for (const [after, what] of turns) {
        ms += after;
        record = lived(record, eventFor(what, ms, record));
      }
      const { totalMs, waits, steps, ongoing, final } = explain(record, T0 + ms);
      expect(waits.reduce((sum, wait) => sum + wait.ms, 0)).toBe(totalMs);
      expect(totalMs).toBe((final ? (record.finalAt ?? 0) : T0 + ms) - T0);
      expect(final && ongoing.length > 0).toBe(false);
      for (const [index, step] of steps.entries()) {
        const sinceMs = step.at - (steps[index - 1]?.at ?? T0);
        expect(step.waits.reduce((sum, wait) => sum + wait.ms, 0)).toBe(sinceMs);
      }
    }),
    { numRuns: 500 },
  );
});

function eventFor(what: string, ms: number, { attempt }: MessageRecord) {
  switch (what) {
    case "begin":
      return at.begin(ms);
    case "paced":
      return at.paced(ms, ms % 70_000);
    case "accept":
      return at.accepted(ms, attempt);
    case "refuse":
      return at.outcome(ms, attempt, { kind: "notSent", phase: "connect" });
    case "throttle":
      return at.outcome(ms, attempt, { kind: "throttled", scope: "message" });
    case "lose":
      return at.outcome(ms, attempt, { kind: "maybeSent", phase: "answer", evidence: "reset" });
    case "hold":
      return at.hold(ms, "balance");
    case "release":
      return at.release(ms);
    case "absent":
      return at.absent(ms);
    case "report":
      return at.report(ms, "delivered");
    default:
      return at.timer(ms);
  }
}
