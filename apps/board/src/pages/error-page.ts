import { html } from "./html.ts";
import { layout } from "./layout.ts";

const TITLES: Readonly<Record<number, string>> = {
  401: "Sign in",
  403: "Refused",
  404: "Not found",
  405: "Only shown",
  429: "Too many requests",
  503: "Not available",
};

/** What is shown instead of a page. */
export function errorPage(status: number, message: string): string {
  const title = TITLES[status] ?? "No answer";
  return layout({ title, body: html`<h1>${title}</h1><p>${message}</p>` });
}
