/**
 * What a script is to decode, as JSON. A half of a surrogate pair, which a provider's word may hold, is no JSON to Redis: it would
 * refuse the whole text. It becomes the replacement character, as it does wherever text is written as UTF-8.
 */
export function jsonForScript(value: unknown): string {
  const text = JSON.stringify(value);
  // Only such a half is written as an escape of this form, here or in a JSON text within.
  return text.includes("\\ud") ? JSON.stringify(value, wellFormed) : text;
}

function wellFormed(_: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
