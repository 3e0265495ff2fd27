import type { DeliveryFigures, Fate, Slice, TimeToFinal } from "../figures/delivery-figures.ts";
import { type Html, html } from "./html.ts";
import { count, duration, percent } from "./words.ts";

/** From the bottom up, with the words of the legend. */
const FATES: readonly (readonly [Fate, string])[] = [
  ["delivered", "delivered"],
  ["failed", "not delivered"],
  ["unknown", "unknown"],
  ["open", "still open"],
];

const HEIGHT = 60;
const COLUMN = 10;
const GAP = 2;

/** Columns of what became of the messages of each stretch of time, all of the same height: shares, not amounts. */
export function fatesChart({ slices, fates, sampled }: DeliveryFigures, now: number): Html {
  const first = slices[0]?.from ?? now;
  const known = sampled - fates.open;
  const summary = `${percent(fates.delivered, known)} of ${count(known)} final messages were delivered.`;
  return html`<figure>
<figcaption>Delivered <strong>${percent(fates.delivered, known)}</strong></figcaption>
<svg viewBox="0 0 ${slices.length * COLUMN} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}">
${slices.map((slice, index) => fatesColumn(slice, index * COLUMN))}</svg>
<p class="axis"><span>${duration(now - first)} ago</span><span>now</span></p>
<ul class="legend">${FATES.map(
    ([fate, words]) => html`<li><span class="swatch ${fate}"></span>${words} ${count(fates[fate])}</li>`,
  )}</ul>
</figure>`;
}

function fatesColumn(slice: Slice, x: number): Html {
  const whole = FATES.reduce((sum, [fate]) => sum + slice[fate], 0);
  const width = COLUMN - GAP;
  if (whole === 0) return html`<rect class="none" x="${x}" y="${HEIGHT - 1}" width="${width}" height="1"/>`;
  let y = HEIGHT;
  const parts = FATES.map(([fate]) => {
    const height = (HEIGHT * slice[fate]) / whole;
    y -= height;
    return height === 0
      ? html``
      : html`<rect class="${fate}" x="${x}" y="${y.toFixed(2)}" width="${width}" height="${height.toFixed(2)}"/>`;
  });
  return html`${parts}`;
}

/** Columns of how many messages became final within which time. */
export function timeChart({ bins, count: total, medianMs, p95Ms }: TimeToFinal): Html {
  const most = Math.max(...bins.map((bin) => bin.count));
  const columns = bins.map(({ count: height }, index) => {
    const drawn = Math.max(1, (HEIGHT * height) / most);
    const kind = height === 0 ? "none" : "time";
    return html`<rect class="${kind}" x="${index * COLUMN}" y="${(HEIGHT - drawn).toFixed(2)}" width="${COLUMN - GAP}" height="${drawn.toFixed(2)}"/>`;
  });
  const words = `Half of ${count(total)} messages were final within ${duration(medianMs)}, 95 % within ${duration(p95Ms)}.`;
  return html`<figure>
<figcaption>Time to final <strong>${duration(medianMs)}</strong> <span class="quiet">p95 ${duration(p95Ms)}</span></figcaption>
<svg viewBox="0 0 ${bins.length * COLUMN} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${words}">
${columns}</svg>
<p class="axis bins">${bins.map(({ upToMs }, index) => html`<span>${index % 2 === 0 ? binLabel(upToMs) : ""}</span>`)}</p>
</figure>`;
}

function binLabel(upToMs: number): string {
  return Number.isFinite(upToMs) ? duration(upToMs).replace(/ (\w).*/, "$1") : "more";
}
