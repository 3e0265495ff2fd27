/** Something that the doctor looked at. */
export interface Finding {
  readonly what: string;
  readonly verdict: "fine" | "risky" | "wrong";
  readonly says: string;
}

export function fine(what: string, says: string): Finding {
  return { what, verdict: "fine", says };
}

/** It works, and may cost messages on a bad day. */
export function risky(what: string, says: string): Finding {
  return { what, verdict: "risky", says };
}

/** It does not work. */
export function wrong(what: string, says: string): Finding {
  return { what, verdict: "wrong", says };
}
