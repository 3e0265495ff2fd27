import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/**
 * Why a number in E.164 form can be nobody's; undefined where it may be somebody's. Only what no numbering plan
 * has room for is refused: whether a number is in use is known to the network alone, and ranges are opened
 * faster than this package is updated (docs/decisions). A national prefix that was left in is told from the
 * number that remains without it.
 */
export function impossible(to: string): string | undefined {
  const parsed = parsePhoneNumberFromString(to, { extract: false });
  if (parsed === undefined || !parsed.isPossible()) return "is no possible number of any country";
  const isShortened = parsed.number.length < to.length;
  return isShortened && parsed.isValid()
    ? "must be without the national prefix, such as 0, after the country code"
    : undefined;
}
