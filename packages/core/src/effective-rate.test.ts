import { expect, test } from "vitest";
import { openRandom } from "../test/simulation/random.ts";
import { afterRefusal, type Easing, paceShare } from "./effective-rate.ts";

const RETRY_AFTER_MS = 1000;

interface Course {
  /** Of each request: when it was made, and whether it was refused. */
  readonly requests: readonly { readonly at: number; readonly refused: boolean }[];
}

/** An account at a provider that takes so many in any second, under a backlog. */
function play(perSecond: number, realPerSecond: number, forMs: number): Course {
  const requests: { at: number; refused: boolean }[] = [];
  const taken: number[] = [];
  let easing: Easing | undefined;
  let at = 1_000_000;
  const end = at + forMs;
  while (at < end) {
    while (taken[0] !== undefined && taken[0] <= at - 1000) taken.shift();
    const refused = taken.length >= realPerSecond;
    requests.push({ at, refused });
    if (refused) {
      easing = afterRefusal(easing, at, RETRY_AFTER_MS);
      at += RETRY_AFTER_MS;
    } else taken.push(at);
    at += 1000 / (perSecond * 0.96 * paceShare(easing, at));
  }
  return { requests };
}

test.for([
  { perSecond: 50, real: 25 },
  { perSecond: 200, real: 100 },
  { perSecond: 50, real: 10 },
])(
  "a limit that drops from $perSecond to $real is found: after a minute few are refused and most of it is used",
  ({ perSecond, real }) => {
    const { requests } = play(perSecond, real, 660_000);
    const [first] = requests;
    const later = requests.filter(({ at }) => at >= (first?.at ?? 0) + 60_000);
    const refused = later.filter((request) => request.refused).length;
    expect(refused / later.length).toBeLessThanOrEqual(0.01);
    expect((later.length - refused) / 600 / real).toBeGreaterThanOrEqual(0.85);
  },
);

test("refusals that have nothing to do with the pace cost little more than their rests", () => {
  const random = openRandom(7);
  const forMs = 3_600_000;
  let easing: Easing | undefined;
  let taken = 0;
  for (let at = 1_000_000; at < 1_000_000 + forMs; ) {
    if (random.chance(0.01)) {
      easing = afterRefusal(easing, at, RETRY_AFTER_MS);
      at += RETRY_AFTER_MS;
    } else taken += 1;
    at += 1000 / (50 * paceShare(easing, at));
  }
  const withRestsAlone = forMs / (1000 / 50 + RETRY_AFTER_MS / 100);
  expect(taken / withRestsAlone).toBeGreaterThan(0.85);
});

test("a single refusal is a rest and nothing else", () => {
  const easing = afterRefusal(undefined, 1000, 5000);
  expect(paceShare(easing, 1000)).toBe(1);
  expect(paceShare(afterRefusal(easing, 600_000, 5000), 600_000)).toBe(1);
});

test("a repeated refusal halves the share, and what was on the wire meanwhile counts with it", () => {
  const first = afterRefusal(undefined, 0, 1000);
  expect(paceShare(afterRefusal(first, 900, 1000), 900)).toBe(1);
  const halved = afterRefusal(first, 3000, 1000);
  expect(paceShare(halved, 3000)).toBe(0.5);
  expect(paceShare(afterRefusal(halved, 3001, 1000), 3001)).toBe(0.5);
});

test("a share never falls to nothing, and grows back to the whole", () => {
  let easing: Easing | undefined;
  for (let at = 0; at < 600_000; at += 5000) easing = afterRefusal(easing, at, 1000);
  expect(paceShare(easing, 600_000)).toBeGreaterThan(0);
  let share = 0;
  for (let at = 600_000; at < 1_200_000; at += 1000) {
    const next = paceShare(easing, at);
    expect(next).toBeGreaterThanOrEqual(share);
    share = next;
  }
  expect(share).toBe(1);
});
