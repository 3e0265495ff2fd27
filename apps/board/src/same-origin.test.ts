import { expect, test } from "vitest";
import { isSameOrigin } from "./same-origin.ts";

const HOST = "board.example:8080";

test.for([
  ["a page of ours", { origin: `http://${HOST}`, "sec-fetch-site": "same-origin" }, true],
  ["a page of ours in a browser that does not say where from", { origin: `http://${HOST}` }, true],
  ["no browser", {}, true],
  ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, false],
  ["another site in a browser that does not say where from", { origin: "https://evil.example" }, false],
  [
    "another port of this host",
    { origin: "http://board.example:9000", "sec-fetch-site": "same-site" },
    false,
  ],
  ["a page that hides where it is", { origin: "null" }, false],
  ["the address line", { "sec-fetch-site": "none" }, false],
  [
    "a page of ours behind a proxy that renames the host",
    { origin: "https://ours", "sec-fetch-site": "same-origin" },
    true,
  ],
] as const)("a change asked by %s", ([, headers, expected]) => {
  expect(isSameOrigin({ host: HOST, ...headers })).toBe(expected);
});
