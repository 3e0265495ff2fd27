import type { OpenBreaker } from "@hermod/broker/breaker";
import type { MessageStanding } from "@hermod/broker/public-record";
import type { OpenFigures, OpenOfAccount } from "../figures/open-figures.ts";
import type { AccountFigures, Overview, QueueFigures } from "../figures/read-overview.ts";
import { fatesChart, timeChart } from "./charts.ts";
import { checksPart } from "./checks-part.ts";
import { type Html, html } from "./html.ts";
import { clock, count, duration, near, plain, rate } from "./words.ts";

const STATES = ["scheduled", "queued", "held", "sending", "unconfirmed", "submitted", "sent"] as const;

/** All accounts and what waits in them. */
export function overviewBody({ at, accounts, open }: Overview): Html {
  return html`<h1>Messages</h1>
<p class="quiet as-of">As of ${clock(at)} · <a href="/messages">Refresh</a></p>
<dl class="tiles">
${tile("Open", count(open.total))}
${tile("Held", count(open.held), open.held > 0)}
${tile("In doubt", count(open.unconfirmed), open.unconfirmed > 0)}
${tile("Oldest open", oldest(open, open, at) ?? "–")}
</dl>
${
  accounts.length === 0
    ? html`<p>No worker and no poller has announced an account yet.</p>`
    : html`<div class="accounts">${accounts.map((account) => accountCard(account, open, at))}</div>`
}
${heldTable(accounts, open, at)}`;
}

function tile(name: string, value: string, warns = false): Html {
  return html`<div class="${warns ? "warn" : ""}"><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** For how long the oldest waits; at least so long when not all were looked at. */
function oldest(
  { knowsOldest }: OpenFigures,
  { oldestAt }: Pick<OpenOfAccount, "oldestAt">,
  now: number,
): string | undefined {
  if (oldestAt === undefined) return undefined;
  return `${knowsOldest ? "" : "≥ "}${duration(now - oldestAt)}`;
}

const NOTHING_OPEN: OpenOfAccount = { total: 0, states: new Map(), oldestAt: undefined };

function accountCard(account: AccountFigures, open: OpenFigures, now: number): Html {
  const { name, provider, perSecond, mostPerSecond, rateUnit, breaker, send, check, delivery } = account;
  const own = open.accounts.get(name) ?? NOTHING_OPEN;
  const age = oldest(open, own, now);
  return html`<section class="account" aria-labelledby="account-${name}">
<header><h2 id="account-${name}">${name}</h2><span class="quiet">${provider}</span>${
    send.paused ? html`<span class="badge warn">sending paused</span>` : undefined
  }${check.paused ? html`<span class="badge warn">checks paused</span>` : undefined}</header>
${breaker === undefined ? undefined : breakerLine(breaker, now)}
<p><strong>${rate(perSecond)}</strong> a second <span class="quiet">of ${rate(mostPerSecond)}${rateUnit === "segment" ? " segments" : ""}</span> · <strong>${count(own.total)}</strong> open${
    age === undefined ? undefined : html`, the oldest for <strong>${age}</strong>`
  }</p>
<ul class="states">${STATES.flatMap((state) => {
    const there = own.states.get(state) ?? 0;
    return there === 0 ? [] : [html`<li class="${state}"><b>${count(there)}</b> ${state}</li>`];
  })}</ul>
${
  delivery.sampled === 0
    ? html`<p class="quiet">Nothing was sent lately.</p>`
    : html`<div class="charts">${fatesChart(delivery, now)}${
        delivery.timeToFinal === undefined ? undefined : timeChart(delivery.timeToFinal)
      }</div>`
}
${checksPart(account, now)}
<footer>Orders: ${queueLink("send", name, send)} · ${queueLink("check", name, check)}</footer>
</section>`;
}

/** Why nothing goes through the account, and what will end that. */
function breakerLine({ code, since, probeAt }: OpenBreaker, now: number): Html {
  const next =
    probeAt === undefined
      ? "until an operator lets it go on"
      : probeAt > now
        ? `tried again in ${duration(probeAt - now)}`
        : "tried again now";
  return html`<p class="trouble"><strong>Nothing goes through: ${plain(code)}</strong>, for ${duration(now - since)}; ${next}</p>`;
}

function queueLink(kind: string, account: string, { waiting, active }: QueueFigures): Html {
  return html`<a href="/queues/queue/${kind}.${account}">${kind}</a> ${count(waiting)} waiting, ${count(active)} in hand`;
}

function heldTable(accounts: readonly AccountFigures[], open: OpenFigures, now: number): Html {
  const held = accounts.flatMap((account) => account.held.map((message) => ({ ...message, account })));
  if (held.length === 0) return html``;
  return html`<section><h2 id="held">Held</h2>
<p class="quiet">Their account is at fault. They go on when it works again, or at the last moment to the next account of their route; else they end at their expiry.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="held"><table>
<thead><tr><th scope="col">Message</th><th scope="col">Account</th><th scope="col">Why</th><th scope="col">Since</th><th scope="col">Account is tried</th><th scope="col">Goes on or ends</th></tr></thead>
<tbody>${held.map((message) => heldRow(message, now))}</tbody>
</table></div>
${open.held > held.length ? html`<p class="quiet">and ${count(open.held - held.length)} more</p>` : undefined}</section>`;
}

type HeldMessage = Omit<MessageStanding, "account"> & { readonly account: AccountFigures };

function heldRow(
  { id, account, reason, code, updatedAt, releaseAt, deadlineAt }: HeldMessage,
  now: number,
): Html {
  const tried = account.breaker === undefined ? "now" : account.breaker.probeAt;
  return html`<tr><td><a class="id" href="/messages/${id}">${id}</a></td><td>${account.name}</td><td>${plain(code ?? reason)}</td><td>${near(updatedAt, now)}</td><td>${
    typeof tried === "number" ? near(tried, now) : (tried ?? "by an operator")
  }</td><td>${near(Math.min(releaseAt, deadlineAt), now)}</td></tr>`;
}
