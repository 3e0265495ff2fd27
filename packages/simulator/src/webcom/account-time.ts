/** `YYYY-MM-DD HH:MM:SS` in the account's zone, which nothing in the text names (docs/providers/webcom.md §8). */
export function accountTime(at: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({ smallestUnit: "second" }).replace("T", " ");
}

/** The epoch ms of such a text; `undefined` for any other form and for days that no calendar has. */
export function readAccountTime(text: string, timeZone: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  try {
    return Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}
