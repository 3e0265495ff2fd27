import type { NumberForm } from "@hermod/core/number-form";
import { SMS_ENCODINGS, type TextLimits } from "@hermod/core/text-limits";

/** Nothing is documented of texts but that `num_parts` comes back (docs/providers/webcom.md §3, §9). */
export const TEXT_LIMITS: TextLimits = { encodings: [...SMS_ENCODINGS], source: "standard" };

/** Digits without a plus sign, and fewer than 15 of them (webcom.md §3, §3.1 text 12). */
export const NUMBERS: NumberForm = { written: "7…", maxDigits: 14 };
