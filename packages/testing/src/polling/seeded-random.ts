/** Chance that a seed decides: the same numbers from the same seed, on every machine and in every version of Node. */
export interface SeededRandom {
  /** In (0, 1). */
  uniform(): number;
  exponential(perSecond: number): number;
  logNormal(median: number, sigma: number): number;
  /** An index, by weights that add up to 1. */
  pick(weights: readonly number[]): number;
}

/** The sfc32 generator (Chris Doty-Humphrey, public domain), seeded by splitmix32. */
export function seededRandom(seed: number): SeededRandom {
  const uniform = sfc32(seed);
  const normal = normalFrom(uniform);
  return {
    uniform,
    exponential: (perSecond) => -Math.log(uniform()) / perSecond,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    pick(weights) {
      let rest = uniform();
      for (const [index, weight] of weights.entries()) {
        rest -= weight;
        if (rest < 0) return index;
      }
      return weights.length - 1;
    },
  };
}

function sfc32(seed: number): () => number {
  const split = splitmix32(seed);
  let a = split();
  let b = split();
  let c = split();
  let counter = 1;
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out >>> 0;
  };
  for (let warmUp = 0; warmUp < 16; warmUp++) next();
  return () => (next() + 0.5) / 2 ** 32;
}

function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Box and Muller's method, which makes two at a time. */
function normalFrom(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
