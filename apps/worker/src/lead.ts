/** How long before its slot an attempt must begin, learned from how long beginning took lately. */
export interface Lead {
  ms(): number;
  took(ms: number): void;
}

/** A slow moment is remembered for some orders, and never makes an attempt begin more than this early. */
const FORGET = 0.9;
const MOST_MS = 200;

export function openLead(): Lead {
  let lead = 0;
  return {
    ms: () => lead,
    took: (ms) => {
      lead = Math.min(Math.max(ms, lead * FORGET), MOST_MS);
    },
  };
}
