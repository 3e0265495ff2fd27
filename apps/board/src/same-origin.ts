import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request that changes something comes from a page of ours, or from no page at all. A browser sends along
 * the password for whatever page asks it to, so that it must say which page that was: in `Sec-Fetch-Site`, which no
 * page can set, or where it does not know that (or the line is not encrypted) in `Origin`. Who sends neither is no
 * browser, and nobody's password but its own is with it.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
