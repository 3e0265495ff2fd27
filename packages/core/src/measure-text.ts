import { septetsOf } from "./gsm-7.ts";
import type { TextEncoding, TextLimits } from "./text-limits.ts";

/** What a text is on its way to a phone. */
export interface TextSize {
  readonly encoding: TextEncoding["name"];
  /** In septets or in UTF-16 units, as the encoding counts. */
  readonly length: number;
  readonly segments: number;
}

/**
 * Why a provider cannot take a text: a word for programs, and the end of a sentence that begins with the
 * account.
 */
export interface TextProblem {
  readonly code: "text_not_encodable" | "text_too_long" | "text_has_placeholder";
  readonly message: string;
}

export interface MeasuredText {
  /** Absent where no encoding of the provider has every character. */
  readonly size?: TextSize;
  readonly problems: readonly TextProblem[];
}

/** Measures a text by the limits of a provider. */
export function measureText(text: string, limits: TextLimits): MeasuredText {
  const size = sizeOfText(text, limits);
  const { maxCharacters, maxBytes, maxSegments, placeholders = [] } = limits;
  const problems: TextProblem[] = [
    ...tooLong("characters", text.length, maxCharacters),
    ...tooLong("bytes of UTF-8", new TextEncoder().encode(text).length, maxBytes),
    ...tooLong("segments", size?.segments ?? 0, maxSegments),
    ...placeholders
      .filter((placeholder) => text.includes(placeholder))
      .map((placeholder) => ({
        code: "text_has_placeholder" as const,
        message: `puts something else in the place of ${placeholder}`,
      })),
  ];
  if (size !== undefined) return { size, problems };
  const names = limits.encodings.map(({ name }) => name).join(" and ");
  return {
    problems: [...problems, { code: "text_not_encodable", message: `takes characters of ${names} only` }],
  };
}

function tooLong(unit: string, length: number, most = Number.POSITIVE_INFINITY): TextProblem[] {
  if (length <= most) return [];
  return [{ code: "text_too_long", message: `takes at most ${most} ${unit}, and there are ${length}` }];
}

/** Nothing where no encoding of the provider has every character. */
export function sizeOfText(text: string, { encodings }: Pick<TextLimits, "encodings">): TextSize | undefined {
  for (const encoding of encodings) {
    const widths = widthsOf(text, encoding);
    if (widths === undefined) continue;
    const length = widths.reduce((sum, width) => sum + width, 0);
    return { encoding: encoding.name, length, segments: segmentsOf(widths, length, encoding) };
  }
  return undefined;
}

/** The room that each character takes; undefined where the encoding lacks one. */
function widthsOf(text: string, { name }: TextEncoding): number[] | undefined {
  const widths: number[] = [];
  for (const character of text) {
    const width = name === "gsm-7" ? septetsOf(character) : character.length;
    if (width === undefined) return undefined;
    widths.push(width);
  }
  return widths;
}

/**
 * Segments as they are filled one after the other: a character that takes two units is never cut, and goes as
 * a whole into the next one.
 */
function segmentsOf(
  widths: readonly number[],
  length: number,
  { single, concatenated }: TextEncoding,
): number {
  if (length <= single) return 1;
  let segments = 1;
  let filled = 0;
  for (const width of widths) {
    if (filled + width > concatenated) {
      segments += 1;
      filled = 0;
    }
    filled += width;
  }
  return segments;
}
