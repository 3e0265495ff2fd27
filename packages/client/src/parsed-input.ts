import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import type { z } from "zod";

/** What a producer gave, as the schema makes it; throws one `HermodInputError` that names every bad field. */
export function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new HermodInputError(issuesOf(result.error));
}
