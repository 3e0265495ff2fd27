import { expect, test } from "vitest";
import { findCanaries } from "./canaries.ts";

const SECRET = 'pässword & "more"';

test.for([
  ["as it is", `it is ${SECRET}.`],
  ["in JSON", JSON.stringify({ text: SECRET })],
  ["in JSON within JSON", JSON.stringify({ line: JSON.stringify({ text: SECRET }) })],
  ["in an address", `/push?text=${encodeURIComponent(SECRET)}&more`],
  ["in an address, in small letters", encodeURIComponent(SECRET).toLowerCase()],
  ["in a form", new URLSearchParams({ text: SECRET }).toString()],
  ["as user and password of HTTP", `Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}`],
  ["in base64 at any place", Buffer.from(`12${SECRET}345`).toString("base64url")],
  ["in hexadecimal", Buffer.from(SECRET).toString("hex").toUpperCase()],
] as const)("a secret is found %s", ([, text]) => {
  expect(findCanaries({ log: text }, { password: SECRET })).not.toEqual([]);
});

test("a place without it is not named, and one with it is named with the canary", () => {
  expect(findCanaries({ log: "nothing", board: SECRET }, { password: SECRET })).toContain(
    "board: password, as it is",
  );
  expect(findCanaries({ log: "nothing at all" }, { password: SECRET })).toEqual([]);
});
