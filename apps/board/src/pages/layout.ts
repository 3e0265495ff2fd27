import { type Html, html } from "./html.ts";

/** The type of what `layout` makes. */
export const HTML = "text/html; charset=utf-8";

export interface Layout {
  readonly title: string;
  readonly body: Html;
  /** What stands in the field of an id. */
  readonly lookedUp?: string;
  /** Why what was asked could not be looked up, and in which field that stood. */
  readonly complaint?: string;
  readonly about?: Field;
}

type Field = "id" | "number";

/** More than any id has, and any number. */
const MOST = 64;

/** A whole page. It needs no program in the browser, and no file but the styles and the picture of the board. */
export function layout({ title, body, lookedUp = "", complaint, about = "id" }: Layout): string {
  const wrong = (field: Field): Html | undefined =>
    complaint === undefined || field !== about
      ? undefined
      : html` aria-invalid="true" aria-describedby="complaint"`;
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
<form class="look-up" action="/messages" method="get" role="search" aria-label="Message">
<label for="id">Message id</label>
<input id="id" name="id" value="${lookedUp.slice(0, MOST)}" required maxlength="${MOST}" autocomplete="off" autocapitalize="none" spellcheck="false"${wrong("id")}>
<button>Look up</button>
</form>
<form class="look-up" action="/messages/by-number" method="post" role="search" aria-label="Recipient">
<label for="number">Number</label>
<input id="number" name="number" type="tel" required maxlength="${MOST}" autocomplete="off"${wrong("number")}>
<button>Find</button>
</form>
${complaint === undefined ? undefined : html`<p id="complaint" role="alert">${complaint}</p>`}
</header>
<main id="content">
${body}
</main>
</body>
</html>
`;
  return page.text;
}
