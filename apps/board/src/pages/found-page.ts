import type { MessageStanding } from "@hermod/broker/public-record";
import { type Html, html } from "./html.ts";
import { count, near, plain } from "./words.ts";

/** Messages that are shown: more are nobody's to read. */
export const MOST_FOUND = 100;

/** What was found by a number, which is not repeated. `isBlind`: numbers are sealed, and this board has no key to find them by. */
export function foundBody(messages: readonly MessageStanding[], isBlind: boolean, now: number): Html {
  return html`<p><a href="/messages">All messages</a></p>
<h1 id="found">${howMany(messages.length)} to this number</h1>
${isBlind ? html`<p class="trouble">Numbers are sealed in this installation, and this board was not given what finds them: set BOARD_NUMBER_KEYS to what <code>hermod number-keys</code> prints. Until then it finds only messages from before.</p>` : undefined}
${messages.length === 0 ? html`<p>None is known, or their records are no longer kept.</p>` : foundTable(messages, now)}`;
}

function howMany(found: number): string {
  if (found < 2) return found === 0 ? "No message" : "1 message";
  return `${found < MOST_FOUND ? "" : "The latest "}${count(found)} messages`;
}

function foundTable(messages: readonly MessageStanding[], now: number): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="found"><table>
<thead><tr><th scope="col">Message</th><th scope="col">Accepted</th><th scope="col">State</th><th scope="col">Why</th><th scope="col">Account</th></tr></thead>
<tbody>${messages.map(
    ({ id, acceptedAt, state, reason, code, account }) =>
      html`<tr><td><a class="id" href="/messages/${id}">${id}</a></td><td>${near(acceptedAt, now)}</td><td><span class="badge ${state}">${state}</span></td><td>${plain(code ?? reason)}</td><td>${account}</td></tr>`,
  )}</tbody>
</table></div>`;
}
