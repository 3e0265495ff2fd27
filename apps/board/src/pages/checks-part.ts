import { TRUSTED_FINALS } from "@hermod/core/polling/gap";
import type { AccountFigures } from "../figures/read-overview.ts";
import { type Html, html } from "./html.ts";
import { count, duration, percent, plain, rate } from "./words.ts";

/** How an account's messages are followed: what that costs, what it brings, and what waits. */
export function checksPart({ following, due }: AccountFigures, now: number): Html {
  const { requestsPerMessage, meanLagMs, pushesMissing, pause } = following;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Requests per final", requestsPerMessage === undefined ? undefined : rate(requestsPerMessage)],
    ["Noticed after", meanLagMs === undefined ? undefined : duration(meanLagMs)],
    ["Awaiting a report", count(due.entries)],
    ["Due now", due.due === 0 ? "0" : `${count(due.due)}, ${count(due.overdue)} overdue`],
    ["Intervals", intervals(following)],
    ["Reports pushed", pushesMissing === undefined ? undefined : percent(1 - pushesMissing, 1)],
  ];
  return html`${pause === undefined ? undefined : html`<p class="trouble"><strong>Not asked now: ${plain(pause.code)}</strong>, for ${duration(now - pause.since)}; ${pause.probeAt > now ? `tried again in ${duration(pause.probeAt - now)}` : "tried again now"}</p>`}
<dl class="checks">${facts.flatMap(([fact, value]) => (value === undefined ? [] : [html`<div><dt>${fact}</dt><dd>${value}</dd></div>`]))}</dl>`;
}

/** Whether the account's own times to a final report decide when to ask, or the formula for what is not known yet. */
function intervals({ routes }: AccountFigures["following"]): string {
  const learned = routes.filter(({ finals }) => finals >= TRUSTED_FINALS);
  const finals = learned.reduce((sum, route) => sum + route.finals, 0);
  if (learned.length === 0) return `by formula, until ${TRUSTED_FINALS} finals are known`;
  const all = `learned from ${count(finals)} finals`;
  return learned.length === routes.length ? all : `${all} (${learned.length} of ${routes.length} routes)`;
}
