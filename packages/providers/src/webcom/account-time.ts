/**
 * `YYYY-MM-DD HH:MM:SS` in the account's zone (docs/providers/webcom.md §3 and §8), rounded down: a message is never valid
 * longer than it should be. The hour that a zone lives twice in autumn cannot be told apart on this wire.
 */
export function accountTime(at: number, timeZone: string): string {
  const second = Math.floor(at / 1000);
  if (second !== last.second || timeZone !== last.timeZone) {
    const local = Temporal.Instant.fromEpochMilliseconds(second * 1000).toZonedDateTimeISO(timeZone);
    const text = local.toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
    last = { second, timeZone, text };
  }
  return last.text;
}

/** Messages that are handed over together end together. */
let last = { second: Number.NaN, timeZone: "", text: "" };

/** What changes in one second is told with one text, and to read it takes longer than all else in an answer. */
const instants = new Map<string, string>();
const MOST_INSTANTS = 100;

/** The moment that such a text names, in ISO form and UTC; undefined where it names none. */
export function instantOf(text: string, timeZone: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const key = `${text} ${timeZone}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const instant = instantIn(text, timeZone);
  if (instants.size >= MOST_INSTANTS) instants.clear();
  if (instant !== undefined) instants.set(key, instant);
  return instant;
}

function instantIn(text: string, timeZone: string): string | undefined {
  try {
    const local = Temporal.PlainDateTime.from(text.replace(" ", "T"));
    return local.toZonedDateTime(timeZone).toInstant().toString();
  } catch {
    return undefined;
  }
}
