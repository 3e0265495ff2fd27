import { measureText } from "@hermod/core/measure-text";
import { SMS_ENCODINGS, type TextLimits } from "@hermod/core/text-limits";

/** The placeholder that the box replaces by a recipient's own text (docs/providers/ultroam.md §3). */
export const PLACEHOLDER = "#param#";

/**
 * What the box takes (docs/providers/ultroam.md §3). Its two limits contradict each other (I1), so that a text keeps both;
 * the one in characters is ten segments of 67 UTF-16 units. What becomes of a placeholder that nobody meant is not
 * documented, and a wrong text is worse than none.
 */
export const TEXT_LIMITS: TextLimits = {
  encodings: [...SMS_ENCODINGS],
  source: "documented",
  maxCharacters: 670,
  maxBytes: 1500,
  placeholders: [PLACEHOLDER],
};

export type Encoding = "gsm-7bit" | "unicode";

/** The cheaper alphabet where it has every character: what the box does with any other is not documented (I2). */
export function encodingOf(text: string): Encoding {
  return measureText(text, TEXT_LIMITS).size?.encoding === "gsm-7" ? "gsm-7bit" : "unicode";
}

/** Our word for why the box cannot send this text; undefined where it can. */
export function textProblem(text: string): string | undefined {
  return measureText(text, TEXT_LIMITS).problems[0]?.code;
}
