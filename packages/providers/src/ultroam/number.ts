/** National and international forms of one number share at least this much. */
const SHORTEST = 7;

/** Whether what the box prints is the number we gave it: its form is not documented (docs/providers/ultroam.md §3). */
export function isNumber(printed: string | undefined, to: string): boolean {
  if (printed === undefined || !/^\+?[\d\s-]{1,40}$/.test(printed)) return false;
  const [ours, theirs] = [significant(to), significant(printed)];
  if (ours === theirs) return true;
  return theirs.length >= SHORTEST && ours.endsWith(theirs);
}

/** The E.164 form of a printed number; undefined where it cannot be told, such as for a national one. */
export function internationalNumber(printed: string | undefined): string | undefined {
  const digits = printed?.trim().replace(/^(?:\+|00)/, "") ?? "";
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
}

/** The digits without any prefix: `+84…`, `0084…`, `84…` and, by its end, `0…`. */
function significant(number: string): string {
  return number.replace(/\D/g, "").replace(/^0+/, "");
}
