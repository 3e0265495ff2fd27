import { type Html, html } from "./html.ts";

/** The type of what `layout` makes. */
export const HTML = "text/html; charset=utf-8";

export interface Layout {
  readonly title: string;
  readonly body: Html;
  /** What stands in the look-up field. */
  readonly lookedUp?: string;
  /** Why that could not be looked up. */
  readonly complaint?: string;
}

/** More than any id has. */
const MOST = 64;

/** A whole page. It needs no program in the browser, and no file but the styles and the picture of the board. */
export function layout({ title, body, lookedUp = "", complaint }: Layout): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Hermod</title>
<link rel="icon" href="/assets/hermod.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/board.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="/messages"><img src="/assets/hermod.svg" alt="" width="28" height="28">Hermod</a>
<nav aria-label="Pages"><a href="/messages" aria-current="page">Messages</a><a href="/queues">Queues</a></nav>
<form class="look-up" action="/messages" method="get" role="search">
<label for="id">Message id</label>
<input id="id" name="id" value="${lookedUp.slice(0, MOST)}" required maxlength="${MOST}" autocomplete="off" autocapitalize="none" spellcheck="false"${complaint === undefined ? undefined : html` aria-invalid="true" aria-describedby="complaint"`}>
<button>Look up</button>
${complaint === undefined ? undefined : html`<p id="complaint" role="alert">${complaint}</p>`}
</form>
</header>
<main id="content">
${body}
</main>
</body>
</html>
`;
  return page.text;
}
