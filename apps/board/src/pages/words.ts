import { type Html, html } from "./html.ts";

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export function count(value: number): string {
  return NUMBER.format(value);
}

/** Something per second. */
export function rate(value: number): string {
  return SMALL.format(value);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${SMALL.format((100 * part) / whole)} %`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** A span of time in its two largest units: `450 ms`, `12 s`, `3 min 20 s`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const first = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  const [unit, unitMs] = UNITS[first] ?? ["s", 1000];
  const whole = Math.floor(ms / unitMs);
  const [smaller, smallerMs] = UNITS[first + 1] ?? ["", 0];
  const rest = smallerMs === 0 ? 0 : Math.floor((ms % unitMs) / smallerMs);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${smaller}`;
}

/** A moment, to the second in UTC. */
export function clock(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** A moment, and how far it is from now. */
export function moment(at: number, now: number): Html {
  return html`${clock(at)} <span class="quiet">${distance(at, now)}</span>`;
}

/** How far a moment is from now. */
export function near(at: number, now: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${distance(at, now)}</time>`;
}

function distance(at: number, now: number): string {
  return at > now ? `in ${duration(at - now)}` : `${duration(now - at)} ago`;
}

/** Our words of one sign, for people: `before_send` → `before send`. */
export function plain(word: string): string {
  return word.replaceAll("_", " ");
}
