import { expect, test } from "vitest";
import { isFinal, isFollowed, MOVES, mayMove, STATES, type State } from "./state.ts";

const FINAL: State[] = [
  "delivered",
  "read",
  "undelivered",
  "rejected",
  "expired",
  "canceled",
  "suppressed",
  "failed",
  "unknown",
];

/** Every state that can be reached from one, by any number of moves. */
function reachable(from: State): Set<State> {
  const seen = new Set<State>();
  const todo: State[] = [from];
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    todo.push(...MOVES[state]);
  }
  return seen;
}

test("the final states are those of the design", () => {
  expect(STATES.filter(isFinal).toSorted()).toEqual(FINAL.toSorted());
});

test("final states stay, but for what later evidence may say", () => {
  const moves = FINAL.flatMap((from) => MOVES[from].map((to) => `${from} ${to}`));
  expect(moves).toEqual([
    "delivered read",
    "unknown delivered",
    "unknown undelivered",
    "unknown expired",
    "unknown rejected",
  ]);
});

test("every state can be reached from the first one, and a final state from every one", () => {
  expect(reachable("queued")).toEqual(new Set(STATES));
  for (const state of STATES) expect([...reachable(state)].some(isFinal)).toBe(true);
});

test("what is unconfirmed is never sent again but by way of the queue", () => {
  expect(STATES.filter((from) => mayMove(from, "sending"))).toEqual(["queued"]);
});

test("only a message that is not on the wire can be canceled", () => {
  expect(STATES.filter((from) => mayMove(from, "canceled"))).toEqual(["queued", "held"]);
});

test("a message that a provider took never goes back to the queue", () => {
  for (const state of STATES.filter((one) => isFollowed(one) || isFinal(one))) {
    expect([...reachable(state)]).not.toContain("queued");
  }
});

test("no state moves to itself", () => {
  expect(STATES.filter((state) => mayMove(state, state))).toEqual([]);
});
