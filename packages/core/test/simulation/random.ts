/** Chance that is the same again for the same seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** True in this share of cases. */
  chance(share: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<const T>(choices: readonly [T, ...T[]]): T;
}

/** The sfc32 generator (Chris Doty-Humphrey, PractRand; public domain). */
export function openRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Seeds that are neighbours have little in common only after some rounds.
  for (let round = 0; round < 12; round += 1) next();
  return {
    next,
    chance: (share) => next() < share,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  };
}
