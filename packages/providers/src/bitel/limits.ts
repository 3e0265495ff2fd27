import { type NumberForm, numberProblem } from "@hermod/core/number-form";
import { SMS_ENCODINGS, type TextLimits } from "@hermod/core/text-limits";

/** Nothing is documented of texts but that the count of parts comes back (docs/providers/bitel.md §6, §7). */
export const TEXT_LIMITS: TextLimits = { encodings: [...SMS_ENCODINGS], source: "standard" };

/** Iranian mobile numbers: every example has their local form, and whether another one is taken is not known (§2, §6). */
export const NUMBERS: NumberForm = {
  written: "09…",
  startsWith: "+989",
  minDigits: 12,
  maxDigits: 12,
};

/** A number as every example writes it, `09…`; undefined for one that Bitel does not take. */
export function localNumber(to: string): string | undefined {
  return numberProblem(to, NUMBERS) === undefined ? to.replace(/^\+98/, "0") : undefined;
}
