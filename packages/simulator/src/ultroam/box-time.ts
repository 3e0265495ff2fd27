/** The clock of the box, which nothing in its answers explains (docs/providers/ultroam.md §9). */
export interface BoxClock {
  readonly timeZone: string;
  /** How far it is ahead of the true time, as when NTP is off. */
  readonly clockErrorMs: number;
}

/** `YYYY-MM-DD HH:MM:SS` as the box has it; such texts sort by time, but for the hour that a clock is set back. */
export function boxTime(at: number, { timeZone, clockErrorMs }: BoxClock): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at + clockErrorMs))
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime();
  return local.toString({ smallestUnit: "second" }).replace("T", " ");
}
