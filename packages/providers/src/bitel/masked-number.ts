import { localNumber } from "./limits.ts";
import { fullNumber } from "./wire.ts";

/** `0912*******` and its like: what is seen of a number at both ends. */
const MASKED = /^\s*(\+?\d{0,14})[*xX]{1,14}(\d{0,14})\s*$/;

/** The least that is seen of a masked number that says anything: as much as the documents print. */
const LEAST_SEEN = 4;

/**
 * Whether a printed number can be this one: `no` where its digits say otherwise, `unsaid` where it says too little
 * (docs/providers/bitel.md §4).
 */
export function fits(printed: unknown, to: string): "yes" | "no" | "unsaid" {
  const whole = fullNumber(printed);
  if (whole !== undefined) return whole === to ? "yes" : "no";
  const text = typeof printed === "string" ? printed : "";
  if (/^\s*\+?\d{5,}\s*$/.test(text)) return "no";
  const [, begin = "", end = ""] = MASKED.exec(text) ?? [];
  const local = localNumber(to) ?? "";
  const seen = begin.replace(/^(?:\+98|0098|98|(?=9))/, "0");
  if (!local.startsWith(seen) || !local.endsWith(end)) return "no";
  return seen.length + end.length >= LEAST_SEEN ? "yes" : "unsaid";
}
