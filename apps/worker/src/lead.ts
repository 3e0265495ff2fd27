/** How long before its slot an attempt must begin, learned from how long beginning took lately. */
export interface Lead {
  /** So far away a slot must be at least. */
  ms(): number;
  /** So long before its slot an attempt begins, if the slot is as far away as that: with room for one slow moment. */
  earlyMs(): number;
  took(ms: number): void;
}

/** A slow moment is remembered for some orders, and never makes an attempt begin more than this early. */
const FORGET = 0.9;
const MOST_MS = 200;

/** Now and then beginning takes longer than it did lately, and always while a process is young. */
const ROOM_MS = 20;
const COLD_MS = 120;

export function openLead(mostMs = MOST_MS): Lead {
  let lead = 0;
  let cold = COLD_MS;
  return {
    ms: () => lead,
    earlyMs: () => Math.max(lead + ROOM_MS, cold),
    took: (ms) => {
      lead = Math.min(Math.max(ms, lead * FORGET), mostMs);
      cold *= FORGET;
    },
  };
}
