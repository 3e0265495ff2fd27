import { expect, test } from "vitest";
import { NOW, standing } from "../../test/standings.ts";
import { openFigures } from "./open-figures.ts";

function figuresOf(standings: Parameters<typeof openFigures>[0], total = standings.length) {
  return openFigures(standings, { ids: standings.map(({ id }) => id), total }, NOW);
}

test("open messages are counted by account and state; final ones, whose text is still kept, are not", () => {
  const figures = figuresOf([
    standing({}),
    standing({ state: "sending" }),
    standing({ account: "other", state: "submitted" }),
    standing({ state: "delivered" }),
  ]);
  expect(figures).toMatchObject({ exact: true, total: 3, heldTotal: 0, unconfirmedTotal: 0 });
  expect(figures.accounts.get("main")).toMatchObject({
    total: 2,
    states: { queued: 1, sending: 1, submitted: 0 },
  });
  expect(figures.accounts.get("other")).toMatchObject({ total: 1, states: { submitted: 1 } });
});

test("a sample stands for the whole, and says that it is one", () => {
  const sample = [
    standing({}),
    standing({}),
    standing({ state: "unconfirmed" }),
    standing({ state: "delivered" }),
  ];
  const figures = figuresOf(sample, 4000);
  expect(figures).toMatchObject({ exact: false, total: 3000, unconfirmedTotal: 1000 });
  expect(figures.accounts.get("main")?.states.queued).toBe(2000);
});

test("the oldest is the one accepted first; one that is to go later waits only from then on", () => {
  const figures = figuresOf([
    standing({ acceptedAt: NOW - 5000 }),
    standing({ acceptedAt: NOW - 90_000, reason: "schedule", releaseAt: NOW + 1000 }),
    standing({ acceptedAt: NOW - 90_000, reason: "schedule", releaseAt: NOW - 7000 }),
  ]);
  expect(figures.oldestAt).toBe(NOW - 7000);
  expect(figuresOf([standing({ reason: "schedule", releaseAt: NOW + 1 })]).oldestAt).toBeUndefined();
});

test("of the held messages the next to be released come first, and no more than fit a page", () => {
  const held = Array.from({ length: 60 }, (_, n) => standing({ state: "held", releaseAt: NOW + 1000 - n }));
  const figures = figuresOf(held);
  expect(figures.heldTotal).toBe(60);
  expect(figures.held).toHaveLength(50);
  expect(figures.held[0]?.releaseAt).toBe(NOW + 941);
});

test("nothing open has no oldest", () => {
  expect(figuresOf([])).toMatchObject({ exact: true, total: 0, oldestAt: undefined });
});
