/**
 * `YYYY-MM-DD HH:MM:SS` in the account's zone (docs/providers/webcom.md §3 and §8), rounded down: a message is never valid
 * longer than it should be. The hour that a zone lives twice in autumn cannot be told apart on this wire.
 */
export function accountTime(at: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({ smallestUnit: "second" }).replace("T", " ");
}

/** The moment that such a text names, in ISO form and UTC; undefined where it names none. */
export function instantOf(text: string, timeZone: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  try {
    const local = Temporal.PlainDateTime.from(text.replace(" ", "T"));
    return local.toZonedDateTime(timeZone).toInstant().toString();
  } catch {
    return undefined;
  }
}
