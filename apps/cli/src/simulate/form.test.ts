import { expect, test } from "vitest";
import { z } from "zod";
import { formOf, type JsonSchema } from "./form.ts";

test.each([
  [z.enum(["a", "b"]), "a | b"],
  [z.literal([500, 550]), "500 | 550"],
  [z.literal("one"), "one"],
  [z.int(), "number"],
  [z.string(), "text"],
  [z.boolean(), "boolean"],
  [z.array(z.string()), "[text, …]"],
  [z.union([z.number(), z.literal("all")]), "number | all"],
  [z.record(z.string(), z.number()), "{ name: number, … }"],
  [z.strictObject({ a: z.number(), b: z.string().exactOptional() }), "{ a: number, b?: text }"],
  [z.strictObject({}), "{}"],
  [z.strictObject({ a: z.string().nullable() }), "{ a: text | null }"],
])("a value's form is written for a person: %#", (schema, form) => {
  expect(formOf(z.toJSONSchema(schema) as JsonSchema)).toBe(form);
});
