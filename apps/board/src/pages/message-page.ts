import { explain } from "@hermod/core/explain";
import type { Attempt, PublicRecord } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import { viewOf } from "@hermod/core/view";
import type { Wait } from "@hermod/core/wait";
import { type Html, html } from "./html.ts";
import { duration, moment, plain } from "./words.ts";

/** Everything about one message but what was written, to whom, and what its producer added for itself. */
export function messageBody(record: PublicRecord, now: number): Html {
  const {
    id,
    state,
    reason,
    code,
    certainty,
    account,
    producer,
    priority,
    parts,
    cost,
    currency,
    details,
    anomalies,
  } = viewOf(record);
  const { attempts, attempt, checks, route, onUnknown } = record;
  const rows: readonly (readonly [string, Html | string | number | undefined])[] = [
    ["Account", html`<a href="/queues/queue/send.${account}">${account}</a>`],
    ["Route", route.length > 1 ? route.join(" → ") : undefined],
    ["Producer", producer],
    ["Priority", priority],
    ["If in doubt", onUnknown],
    ["Attempts", attempt],
    ["Status checks", checks],
    ["Parts", parts],
    ["Cost", cost === undefined || currency === undefined ? cost : `${cost} ${currency}`],
    ...Object.entries(details ?? {}).map(([name, value]) => [plain(name), value] as const),
  ];
  return html`<p><a href="/messages">All messages</a></p>
<h1>Message <span class="id">${id}</span></h1>
<p class="standing"><span class="badge ${state}">${state}</span> ${plain(reason)}${code === undefined ? undefined : html` <code>${code}</code>`}${certainty === "proven" ? undefined : html` <span class="badge warn">not proven</span>`}</p>
<div class="columns">
<section><h2>Times</h2>${timesList(record, now)}</section>
<section><h2>Facts</h2>
<dl class="facts">${rows.flatMap(([name, value]) => (value === undefined ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`]))}</dl></section>
</div>
${historyTable(record, now)}
${attemptsTable(attempts)}
${anomalies.length === 0 ? undefined : html`<section><h2>Evidence that contradicts</h2><ul>${anomalies.map((word) => html`<li><code>${word}</code></li>`)}</ul></section>`}`;
}

function timesList(record: PublicRecord, now: number): Html {
  const { state, acceptedAt, submittedAt, finalAt, releaseAt, deadlineAt, expiresAt, updatedAt } = record;
  const waits = state === "queued" || state === "held";
  const steps: readonly (readonly [string, number | undefined])[] = [
    ["Accepted", acceptedAt],
    ["Taken by the provider", submittedAt],
    ["Last change", isFinal(state) ? undefined : updatedAt],
    [isFinal(state) ? `Final: ${state}` : "", finalAt],
    ["Not before", waits ? releaseAt : undefined],
    [
      state === "queued" || state === "held" ? "Expires" : "Waits at most until",
      deadlineAt === 0 ? undefined : deadlineAt,
    ],
    ["Not sent after", isFinal(state) || waits ? undefined : expiresAt],
  ];
  return html`<ol class="times">${steps.flatMap(([name, at]) =>
    at === undefined
      ? []
      : [html`<li class="${at > now ? "later" : "past"}"><b>${name}</b> ${moment(at, now)}</li>`],
  )}</ol>`;
}

/** What happened, and what the time between went into. */
function historyTable(record: PublicRecord, now: number): Html {
  const { steps, waits, ongoing, totalMs, acceptedAt } = explain(record, now);
  const row = (sinceMs: number | string, what: string, waited: readonly Wait[]): Html =>
    html`<tr><td>${sinceMs}</td><td>${what}</td><td>${waitsOf(waited)}</td></tr>`;
  return html`<section><h2 id="history">What happened</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="history"><table>
<thead><tr><th scope="col">After</th><th scope="col">What</th><th scope="col">Waited for</th></tr></thead>
<tbody>${steps.map(({ at, what, waits: waited }) => row(duration(at - acceptedAt), what, waited))}
${ongoing.length === 0 ? undefined : row("now", "not over yet", ongoing)}
${row(duration(totalMs), "All together", waits)}</tbody>
</table></div></section>`;
}

function waitsOf(waits: readonly Wait[]): string {
  return waits.length === 0 ? "–" : waits.map(({ cause, ms }) => `${cause} ${duration(ms)}`).join(", ");
}

const VERDICTS: Readonly<Record<Attempt["verdict"], string>> = {
  open: "on the wire",
  maybeSent: "in doubt",
  accepted: "accepted",
};

/** An attempt that was proven not taken is forgotten but for its number, so that the numbers may have gaps. */
function attemptsTable(attempts: readonly Attempt[]): Html {
  if (attempts.length === 0) return html``;
  return html`<section><h2 id="attempts">Attempts that were or may have been taken</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="attempts"><table>
<thead><tr><th scope="col">No.</th><th scope="col">Account</th><th scope="col">Outcome</th><th scope="col">Provider id</th><th scope="col">Batch</th></tr></thead>
<tbody>${attempts.map(
    ({ n, account, verdict, providerId, batchId }) =>
      html`<tr><td>${n}</td><td>${account}</td><td>${VERDICTS[verdict]}</td><td><code>${providerId ?? "–"}</code></td><td><code>${batchId ?? "–"}</code></td></tr>`,
  )}</tbody>
</table></div></section>`;
}
