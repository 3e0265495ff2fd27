/** The placeholder that the box replaces by a recipient's own text (docs/providers/ultroam.md §3). */
export const PLACEHOLDER = "#param#";

// The two documented limits contradict each other (I1), so that a text keeps both.
const MOST_CHARACTERS = 670;
const MOST_BYTES = 1500;

/** The alphabet of GSM 03.38 with its extension table: what `gsm-7bit` can say. */
const GSM_7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà" +
    "^{}\\[~]|€",
);

export type Encoding = "gsm-7bit" | "unicode";

/** The cheaper alphabet where it has every character: what the box does with any other is not documented (I2). */
export function encodingOf(text: string): Encoding {
  for (const character of text) if (!GSM_7.has(character)) return "unicode";
  return "gsm-7bit";
}

/** Our word for why the box cannot send this text; undefined where it can. */
export function textProblem(text: string): string | undefined {
  // In UTF-16 units, since the limit is ten parts of 67 of them.
  if (text.length > MOST_CHARACTERS || Buffer.byteLength(text) > MOST_BYTES) return "text_too_long";
  // What becomes of a placeholder that nobody meant is not documented, and a wrong text is worse than none.
  if (text.includes(PLACEHOLDER)) return "text_has_placeholder";
  return undefined;
}
