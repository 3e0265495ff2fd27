import { z } from "zod";

/** A regular expression, given as its text. */
export const Pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "is no regular expression");
    return z.NEVER;
  }
});

/** A number for which "unlimited" may stand, since JSON has no infinity. */
export const Amount = z.union([
  z.number().min(0),
  z.literal("unlimited").transform(() => Number.POSITIVE_INFINITY),
]);

/** An IANA zone, such as Europe/Moscow. */
export const TimeZone = z.string().refine((name) => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}, "must be a time zone, for example Europe/Moscow");

/** How often something is done for a message, the same for each. */
export const Times = z
  .int()
  .min(0)
  .transform((times) => () => times);

/** The fields of a contract that can be given from outside; the seed and the plan have options of their own. */
export type Settable<Contract> = Exclude<keyof Contract, "seed" | "plan">;
