import type { MessageStanding } from "@hermod/broker/public-record";
import type { OpenState } from "@hermod/core/state";
import type { OpenFigures, OpenOfAccount } from "../figures/open-figures.ts";
import type { AccountFigures, Overview, QueueFigures } from "../figures/read-overview.ts";
import { fatesChart, timeChart } from "./charts.ts";
import { type Html, html } from "./html.ts";
import { clock, count, duration, moment, plain, rate } from "./words.ts";

const STATES: readonly OpenState[] = ["queued", "held", "sending", "unconfirmed", "submitted", "sent"];

/** All accounts and what waits in them. */
export function overviewBody({ at, accounts, open }: Overview): Html {
  return html`<h1>Messages</h1>
<p class="quiet as-of">As of ${clock(at)}${open.exact ? undefined : html`; figures with ≈ are what a sample says`} · <a href="/messages">Refresh</a></p>
<dl class="tiles">
${tile("Open", count(open.total, open.exact))}
${tile("Held", count(open.heldTotal, open.exact), open.heldTotal > 0 ? "warn" : "")}
${tile("In doubt", count(open.unconfirmedTotal, open.exact), open.unconfirmedTotal > 0 ? "warn" : "")}
${tile("Oldest open", open.oldestAt === undefined ? "–" : duration(at - open.oldestAt))}
</dl>
${accounts.length === 0 ? html`<p>No worker and no poller has announced an account yet.</p>` : html`<div class="accounts">${accounts.map((account) => accountCard(account, open, at))}</div>`}
${heldTable(open, at)}`;
}

function tile(name: string, value: string, kind = ""): Html {
  return html`<div class="${kind}"><dt>${name}</dt><dd>${value}</dd></div>`;
}

const NOTHING_OPEN: OpenOfAccount = {
  total: 0,
  states: { queued: 0, held: 0, sending: 0, unconfirmed: 0, submitted: 0, sent: 0 },
  oldestAt: undefined,
};

function accountCard(account: AccountFigures, open: OpenFigures, now: number): Html {
  const { name, provider, perSecond, mostPerSecond, send, check, delivery } = account;
  const { states, oldestAt, total } = open.accounts.get(name) ?? NOTHING_OPEN;
  return html`<section class="account" aria-labelledby="account-${name}">
<header><h2 id="account-${name}">${name}</h2><span class="quiet">${provider}</span>${send.paused ? html`<span class="badge warn">sending paused</span>` : undefined}${check.paused ? html`<span class="badge warn">checks paused</span>` : undefined}</header>
<p><strong>${rate(perSecond)}</strong> a second <span class="quiet">of ${rate(mostPerSecond)}</span> · <strong>${count(total, open.exact)}</strong> open${oldestAt === undefined ? undefined : html`, the oldest for <strong>${duration(now - oldestAt)}</strong>`}</p>
<ul class="states">${STATES.map(
    (state) =>
      html`<li class="${states[state] > 0 ? state : "zero"}"><b>${count(states[state], open.exact)}</b> ${state}</li>`,
  )}</ul>
${
  delivery.sampled === 0
    ? html`<p class="quiet">Nothing was sent lately.</p>`
    : html`<div class="charts">${fatesChart(delivery, now)}${delivery.timeToFinal === undefined ? undefined : timeChart(delivery.timeToFinal)}</div>`
}
<footer>Orders: ${queueLink("send", name, send)} · ${queueLink("check", name, check)}</footer>
</section>`;
}

function queueLink(kind: string, account: string, { waiting, active }: QueueFigures): Html {
  return html`<a href="/queues/queue/${kind}.${account}">${kind}</a> ${count(waiting)} waiting, ${count(active)} in hand`;
}

function heldTable({ held, heldTotal, exact }: OpenFigures, now: number): Html {
  if (held.length === 0) return html``;
  const rest = heldTotal - held.length;
  return html`<section><h2 id="held">Held</h2>
<p class="quiet">The account is at fault. These are tried again at their release, or end at their expiry.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="held"><table>
<thead><tr><th scope="col">Message</th><th scope="col">Account</th><th scope="col">Why</th><th scope="col">Since</th><th scope="col">Released</th></tr></thead>
<tbody>${held.map((message) => heldRow(message, now))}</tbody>
</table></div>
${rest >= 1 ? html`<p class="quiet">and ${count(rest, exact)} more</p>` : undefined}</section>`;
}

function heldRow({ id, account, reason, code, updatedAt, releaseAt }: MessageStanding, now: number): Html {
  return html`<tr><td><a class="id" href="/messages/${id}">${id}</a></td><td>${account}</td><td>${plain(code ?? reason)}</td><td>${moment(updatedAt, now)}</td><td>${moment(releaseAt, now)}</td></tr>`;
}
