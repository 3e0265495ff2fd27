/** How a text goes over the air. */
export type Encoding = "unicode" | "gsm-7bit";

const PLACEHOLDER = "#param#";

/**
 * The text of one recipient: each placeholder takes the next value. The document says neither what too few values do nor whether
 * a value may hold a placeholder: here the placeholder stays, in either case.
 */
export function substituted(text: string, values: readonly string[]): string {
  let next = 0;
  return text.replaceAll(PLACEHOLDER, (placeholder) => values[next++] ?? placeholder);
}

/**
 * The text as a handset shows it. What the box does with characters that GSM-7 lacks is not documented; a question mark shows
 * whoever compares the texts that something was lost.
 */
export function shown(text: string, encoding: Encoding): string {
  if (encoding === "unicode") return text;
  return Array.from(text, (character) => (septets(character) === undefined ? "?" : character)).join("");
}

/** How many SMS it takes: docs/providers/ultroam.md §3 for one alone, 3GPP for joined ones. */
export function segments(text: string, encoding: Encoding): number {
  const [length, alone, joined] =
    encoding === "unicode" ? [text.length, 70, 67] : [septetsOf(text), 160, 153];
  return length <= alone ? 1 : Math.ceil(length / joined);
}

function septetsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (septets(character) ?? 1), 0);
}

function septets(character: string): number | undefined {
  if (ALPHABET.has(character)) return 1;
  return EXTENSION.has(character) ? 2 : undefined;
}

/** GSM 03.38. */
const ALPHABET = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");
