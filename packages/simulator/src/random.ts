/** Chance that can be repeated: numbers in [0, 1), the same ones for the same seed. */
export type Random = () => number;

/** The mulberry32 generator (Tommy Ettinger, public domain): enough for choices, never for secrets. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A generator for the n-th thing of one purpose. Each has its own, so that what happens to one message depends neither on
 * how many draws another took nor on what the same seed decides elsewhere.
 */
export function randomFor(seed: number, purpose: string, n: number): Random {
  let state = scrambled(seed);
  for (const letter of purpose) state = scrambled(state ^ (letter.codePointAt(0) ?? 0));
  return mulberry32(scrambled(state + n));
}

/** Chooses by shares of 1; what the shares leave over is `undefined`. */
export function drawn<T>(
  choices: readonly { readonly share: number; readonly value: T }[],
  chance: number,
): T | undefined {
  let below = 0;
  for (const { share, value } of choices) {
    below += share;
    if (chance < below) return value;
  }
  return undefined;
}

/** The finisher of MurmurHash3: one to one, so neighbouring numbers never meet in the same state. */
function scrambled(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
