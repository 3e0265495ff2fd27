import { styleText } from "node:util";
import type { State } from "@hermod/core/state";

type Colour = Parameters<typeof styleText>[0];

/**
 * How each state looks in a bar, from left to right as messages come to their end. Where there are no colours, how full it is still
 * tells waiting, on the wire, at the provider and over apart.
 */
const LOOKS: readonly (readonly [state: State, glyph: string, colour: Colour])[] = [
  ["delivered", "█", "green"],
  ["read", "█", "greenBright"],
  ["undelivered", "▇", "yellow"],
  ["expired", "▇", "yellowBright"],
  ["rejected", "▇", "magenta"],
  ["canceled", "▇", "gray"],
  ["suppressed", "▇", "gray"],
  ["failed", "▇", "redBright"],
  ["unknown", "▇", "red"],
  ["sent", "▓", "blue"],
  ["submitted", "▓", "cyan"],
  ["unconfirmed", "▓", "red"],
  ["sending", "▒", "cyan"],
  ["held", "▒", "magenta"],
  ["queued", "░", "gray"],
];

/** Those that a legend has even when no message is in them, so that it does not jump. */
const ALWAYS: readonly State[] = ["delivered", "undelivered", "rejected", "unknown", "submitted", "queued"];

export type Counts = ReadonlyMap<State, number>;

/** A bar as long as the room, in which each state has its share. What is there is seen, however few it is. */
export function bar(counts: Counts, room: number): string {
  const there = LOOKS.flatMap(([state, glyph, colour]) => {
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [{ count, glyph, colour }];
  });
  const total = there.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return " ".repeat(room);
  const lengths = there.map(({ count }) => Math.max(1, Math.round((count / total) * room)));
  const largest = lengths.indexOf(Math.max(...lengths));
  const over = lengths.reduce((sum, length) => sum + length, 0) - room;
  return there
    .map(({ glyph, colour }, index) => {
      const length = (lengths[index] ?? 0) - (index === largest ? over : 0);
      return styleText(colour, glyph.repeat(Math.max(0, length)));
    })
    .join("");
}

/** What the parts of a bar mean, and how many messages are in each state. */
export function legend(counts: Counts): string[] {
  return LOOKS.flatMap(([state, glyph, colour]) => {
    const count = counts.get(state) ?? 0;
    return count === 0 && !ALWAYS.includes(state) ? [] : [`${styleText(colour, glyph)} ${state} ${count}`];
  });
}
