import { z } from "zod";

/**
 * Which numbers a provider takes, and how they are written to it. A rule that its documents do not name is
 * absent.
 */
export const NumberForm = z.object({
  /** How the adapter writes numbers, by their beginning, `84…` or `09…`: a whole one lies in records alone. */
  written: z.string().regex(/^\+?\d{1,6}…$/),
  /** How the E.164 form of every number begins that the provider takes: `+989`. */
  startsWith: z
    .string()
    .regex(/^\+\d{1,14}$/)
    .exactOptional(),
  /** Digits of the E.164 form. */
  minDigits: z.int().min(1).exactOptional(),
  maxDigits: z.int().min(1).exactOptional(),
});
export type NumberForm = z.infer<typeof NumberForm>;

/** Why a provider cannot take a number in E.164 form: the end of a sentence that begins with the account. */
export function numberProblem(to: string, form: NumberForm): string | undefined {
  const { startsWith = "+", minDigits = 1, maxDigits = 15 } = form;
  const digits = to.length - 1;
  if (to.startsWith(startsWith) && digits >= minDigits && digits <= maxDigits) return undefined;
  const count = minDigits === maxDigits ? `${minDigits}` : `${minDigits} to ${maxDigits}`;
  const start = form.startsWith === undefined ? "" : ` that begin with ${startsWith}`;
  return `takes only numbers${start} of ${count} digits`;
}
