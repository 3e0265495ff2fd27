import type { OpenCount } from "@hermod/broker/open-messages";
import { expect, test } from "vitest";
import { NOW, standing } from "../../test/standings.ts";
import { openFigures } from "./open-figures.ts";

function counted(account: string, state: string, count: number, priority: OpenCount["priority"] = "normal") {
  return { account, state, count, priority };
}

test("open messages are summed up over their lanes, by account and state", () => {
  const figures = openFigures(
    [
      counted("main", "queued", 2),
      counted("main", "queued", 3, "bulk"),
      counted("main", "held", 4),
      counted("other", "unconfirmed", 5),
    ],
    [],
    true,
    NOW,
  );
  expect(figures).toMatchObject({
    total: 14,
    held: 4,
    unconfirmed: 5,
    oldestAt: undefined,
    knowsOldest: true,
  });
  expect(figures.accounts.get("main")).toMatchObject({ total: 9, oldestAt: undefined });
  expect(figures.accounts.get("main")?.states.get("queued")).toBe(5);
});

test("the oldest is the one accepted first; one that is to go later waits only from then on", () => {
  const counts = [counted("main", "queued", 3), counted("other", "queued", 1)];
  const figures = openFigures(
    counts,
    [
      standing({ acceptedAt: NOW - 5000 }),
      standing({ acceptedAt: NOW - 90_000, reason: "schedule", releaseAt: NOW + 1000 }),
      standing({ acceptedAt: NOW - 90_000, reason: "schedule", releaseAt: NOW - 7000 }),
      standing({ acceptedAt: NOW - 8000, account: "other" }),
    ],
    false,
    NOW,
  );
  expect(figures).toMatchObject({ oldestAt: NOW - 8000, knowsOldest: false });
  expect(figures.accounts.get("main")?.oldestAt).toBe(NOW - 7000);
});

test("a final message whose text is still kept is not the oldest open one", () => {
  const figures = openFigures(
    [counted("main", "queued", 1)],
    [standing({ state: "delivered", acceptedAt: NOW - 90_000 }), standing({ acceptedAt: NOW - 1000 })],
    true,
    NOW,
  );
  expect(figures.oldestAt).toBe(NOW - 1000);
});
