import type { State } from "@hermod/core/state";
import { expect, test } from "vitest";
import { NOW, standing } from "../../test/standings.ts";
import { deliveryFigures } from "./delivery-figures.ts";

function sent(state: State, submittedAt: number, finalAt?: number) {
  return standing({ state, submittedAt, ...(finalAt === undefined ? {} : { finalAt }) });
}

test("each fate is counted once; what nobody tried to send is not counted at all", () => {
  const { sampled, fates } = deliveryFigures(
    [
      sent("delivered", NOW - 5000, NOW - 4000),
      sent("read", NOW - 5000, NOW - 4000),
      sent("undelivered", NOW - 5000, NOW - 4000),
      sent("expired", NOW - 5000, NOW - 4000),
      sent("unknown", NOW - 5000, NOW - 4000),
      sent("submitted", NOW - 5000),
      standing({ state: "rejected", finalAt: NOW - 3000 }),
      standing({ state: "unconfirmed" }),
      ...(["queued", "held", "canceled", "suppressed"] as const).map((state) =>
        standing({ state, finalAt: NOW }),
      ),
      standing({ state: "expired", finalAt: NOW }),
    ],
    NOW,
  );
  expect(fates).toEqual({ delivered: 2, failed: 3, unknown: 1, open: 2 });
  expect(sampled).toBe(8);
});

test("slices reach from the oldest message until now, with each message in its own", () => {
  const { slices } = deliveryFigures(
    [sent("delivered", NOW - 24_000, NOW), sent("undelivered", NOW - 12_000, NOW), sent("sent", NOW)],
    NOW,
  );
  expect(slices).toHaveLength(24);
  expect(slices[0]).toMatchObject({ from: NOW - 24_000, delivered: 1 });
  expect(slices[12]).toMatchObject({ from: NOW - 12_000, failed: 1 });
  expect(slices[23]).toMatchObject({ open: 1 });
  expect(slices.reduce((sum, { delivered, failed, open }) => sum + delivered + failed + open, 0)).toBe(3);
});

test("the time to final runs from the provider's acceptance; what ended without a report has none", () => {
  const times = [500, 1000, 1001, 7000, 4_000_000];
  const { timeToFinal } = deliveryFigures(
    [
      ...times.map((ms) => sent("delivered", NOW - 5_000_000, NOW - 5_000_000 + ms)),
      sent("unknown", NOW - 5_000_000, NOW),
      sent("submitted", NOW - 5_000_000),
    ],
    NOW,
  );
  expect(timeToFinal).toMatchObject({ count: 5, medianMs: 1001, p95Ms: 4_000_000 });
  const counted = timeToFinal?.bins.filter(({ count }) => count > 0);
  expect(counted).toEqual([
    { upToMs: 1000, count: 2 },
    { upToMs: 2000, count: 1 },
    { upToMs: 10_000, count: 1 },
    { upToMs: Number.POSITIVE_INFINITY, count: 1 },
  ]);
});

test("without any final message there is no time to final", () => {
  expect(deliveryFigures([sent("submitted", NOW)], NOW).timeToFinal).toBeUndefined();
  expect(deliveryFigures([], NOW)).toMatchObject({ sampled: 0, timeToFinal: undefined });
});
