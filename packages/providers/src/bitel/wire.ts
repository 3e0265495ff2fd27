/** The fields of an object, under trimmed names in small letters. */
export type Fields = Readonly<Record<string, unknown>>;

/** The form of an error code (docs/providers/bitel.md §1): one word, and no phone number. */
export const ERROR_CODE = /^(?!.*\d{5})[A-Za-z]\w{1,63}$/;

/** Parses JSON, strictly, every number as the text it was written as: a cost is not rounded. Undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, asWritten);
  } catch {
    return undefined;
  }
}

// `context` is newer than its types; it is there whenever a value is a number.
function asWritten(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? (context?.source ?? String(value)) : value;
}

/**
 * Parses the answer to a send request, which v1 prints with a comma that makes it no JSON (I2b). Long answers are not given
 * this chance, since looking for such commas takes quadratic time in the worst case.
 */
export function parseSendAnswer(text: string): unknown {
  const strict = parseJson(text);
  if (strict !== undefined || text.length > 1000) return strict;
  return parseJson(
    text.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*\})/g, (_, quoted: string | undefined) => quoted ?? ""),
  );
}

/**
 * The fresh fields of an object, whose keys the documents write in more than one case (I1, I3); undefined where the value is
 * none. Two names that become one are nothing to trust.
 */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.trim().toLowerCase(), field]));
  return fields.size === Object.keys(value).length ? Object.fromEntries(fields) : undefined;
}

/** Whether the half of an envelope that tells an error tells none (§1): it is null then, and may be missing or empty. */
export function isNoError(error: unknown): boolean {
  return error === undefined || error === null || (typeof error === "string" && error.trim() === "");
}

/** An id of Bitel's, documented as 32 hex digits; undefined where the value cannot be one. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text) ? text : undefined;
}

/** The E.164 form of a whole number in an answer. A masked one, `0912*******`, is nobody's. */
export function fullNumber(value: unknown): string | undefined {
  const national =
    typeof value === "string" ? /^\s*(?:\+98|0098|98|0)?(9\d{9})\s*$/.exec(value)?.[1] : undefined;
  return national === undefined ? undefined : `+98${national}`;
}
