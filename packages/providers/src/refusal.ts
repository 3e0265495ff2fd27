import { type RefusalScope, SCOPES } from "@hermod/core/outcome";
import { z } from "zod";

/** A refusal in our words. */
export interface Refusal {
  readonly scope: RefusalScope;
  readonly code: string;
}

/**
 * A refusal in the configuration of an account: what a provider answers beyond its documents is known to whoever met it, and no
 * table of ours could be checked against a live system.
 */
export const ConfiguredRefusal: z.ZodType<Refusal> = z.strictObject({
  scope: z.enum(SCOPES),
  code: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be small letters, digits and underscores"),
});
