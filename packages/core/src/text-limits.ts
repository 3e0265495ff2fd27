import { z } from "zod";

/** An alphabet that a text can travel in, and how much of it one segment holds. */
const TextEncoding = z.object({
  /** `gsm-7` counts in septets, of which some characters take two; `ucs-2` in UTF-16 units. */
  name: z.enum(["gsm-7", "ucs-2"]),
  /** Of a text that is one segment. */
  single: z.int().min(1),
  /** Of each segment of a longer text, whose header takes room as well. */
  concatenated: z.int().min(2),
});
export type TextEncoding = z.infer<typeof TextEncoding>;

/**
 * How a provider takes texts, as data. A limit that its documents do not name is absent, and refuses nothing.
 */
export const TextLimits = z.object({
  /** The first that has every character of a text is the one it travels in. */
  encodings: z.array(TextEncoding).min(1),
  /** Where the encodings come from: the provider's documents, or, where they are silent, the SMS standard. */
  source: z.enum(["documented", "standard"]),
  /** Counted in UTF-16 units, as phones count what is not in GSM 7-bit. */
  maxCharacters: z.int().min(1).exactOptional(),
  /** In UTF-8. */
  maxBytes: z.int().min(1).exactOptional(),
  maxSegments: z.int().min(1).exactOptional(),
  /** What the provider would replace by something else: a text that holds one is refused. */
  placeholders: z.array(z.string().min(1)).exactOptional(),
});
export type TextLimits = z.infer<typeof TextLimits>;

/** What an SMS holds (3GPP TS 23.038 and 23.040): 140 bytes, less six where it is a part of a longer text. */
export const SMS_ENCODINGS: readonly [TextEncoding, TextEncoding] = [
  { name: "gsm-7", single: 160, concatenated: 153 },
  { name: "ucs-2", single: 70, concatenated: 67 },
];
