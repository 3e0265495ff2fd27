import type { z } from "zod";
import { parseJson } from "./parse-json.ts";

/** What a field's text means; undefined when it is none that this version knows. */
export type Reader<Value> = (text: string) => Value | undefined;

/** A whole number; Number() alone takes "" for 0. */
export const count: Reader<number> = (text) => (/^\d{1,16}$/.test(text) ? Number(text) : undefined);
/** Any text. */
export const word: Reader<string> = (text) => text;

/** One of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): Reader<Word> {
  const known: ReadonlySet<string> = new Set(words);
  return (text) => (known.has(text) ? (text as Word) : undefined);
}

/** JSON of this shape. */
export function json<Value>(schema: z.ZodType<Value>): Reader<Value> {
  return (text) => schema.safeParse(parseJson(text)).data;
}
