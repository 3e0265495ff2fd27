import { expect, test } from "vitest";
import { BASIC, digestHeader } from "./caller.ts";
import type { DigestFields } from "./digest.ts";
import { type DoorRules, openDoor } from "./door.ts";
import { DEFAULT_CONTRACT } from "./server.ts";

const TARGET = "/api/get_port_info?info_type=reg";

/** A door at a time that stands still until it is moved, and short ways to knock. */
function open(rules: Partial<DoorRules> = {}) {
  let time = 1_000;
  const door = openDoor({ ...DEFAULT_CONTRACT, seed: 1, ...rules }, () => time);
  const request = {
    operation: "balance",
    order: 1,
    at: 0,
    path: "",
    target: TARGET,
    remoteAddress: "",
  } as const;
  const knock = (authorization?: string, method = "GET") =>
    door.keepOut({ ...request, method, body: "", fields: {}, headers: { authorization } });
  const offers = (authorization?: string) => {
    const fault = knock(authorization);
    const headers = fault?.kind === "answer" ? fault.answer.headers : {};
    return headers?.["www-authenticate"] ?? "none";
  };
  const challenge = () => String(offers());
  /** The door's word to this answer: let in, or a challenge that says stale or does not. */
  const verdict = (authorization: string) => {
    const offer = String(offers(authorization));
    return offer === "none" ? "in" : offer.includes("stale=true") ? "stale" : "out";
  };
  return {
    ...door,
    knock,
    offers,
    challenge,
    verdict,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

const answer = (challenge: string, count = 1, change: DigestFields = {}) =>
  digestHeader(challenge, { method: "GET", uri: TARGET, count }, change);

test("a stranger gets 401 with a challenge like those seen", () => {
  expect(open().knock()).toEqual({
    kind: "answer",
    accepted: false,
    answer: {
      status: 401,
      body: "Unauthorized",
      headers: {
        "content-type": expect.any(String),
        "www-authenticate": [
          expect.stringMatching(
            /^Digest realm="Web Server", qop="auth", nonce="[\da-f]{32}", opaque="[\da-f]{32}", algorithm=MD5$/,
          ),
        ],
      },
    },
  });
});

test("the right answer to a challenge opens the door", () => {
  const door = open();
  expect(door.verdict(answer(door.challenge()))).toBe("in");
});

test("every challenge has a nonce of its own", () => {
  const door = open();
  expect(door.challenge()).not.toBe(door.challenge());
});

test.each<[string, DigestFields]>([
  ["another user", { username: "root" }],
  ["another realm", { realm: "Elsewhere" }],
  ["another target", { uri: "/api/get_port_info" }],
  ["another opaque", { opaque: "0" }],
  ["no qop", { qop: "" }],
  ["no cnonce", { cnonce: "" }],
  ["another algorithm", { algorithm: "SHA-256" }],
  ["a count of another form", { nc: "1" }],
])("an answer with %s stays out", (_, change) => {
  const door = open();
  expect(door.verdict(answer(door.challenge(), 1, change))).toBe("out");
});

test("an answer for another method stays out", () => {
  const door = open();
  const header = digestHeader(door.challenge(), { method: "POST", uri: TARGET, count: 1 });
  expect(door.verdict(header)).toBe("out");
});

test("a nonce serves many requests whose counts follow one another", () => {
  const door = open();
  const challenge = door.challenge();
  expect([1, 2, 3].map((count) => door.verdict(answer(challenge, count)))).toEqual(["in", "in", "in"]);
});

test.each([
  ["a repeated count", 1],
  ["a count with a gap", 3],
  ["a count of zero", 0],
])("%s stays out, and the right one still comes in", (_, count) => {
  const door = open();
  const challenge = door.challenge();
  door.verdict(answer(challenge, 1));
  expect(door.verdict(answer(challenge, count))).toBe("out");
  expect(door.verdict(answer(challenge, 2))).toBe("in");
});

test("a nonce is stale once its time is over", () => {
  const door = open({ nonceLifetimeMs: 100 });
  const challenge = door.challenge();
  door.pass(99);
  expect(door.verdict(answer(challenge, 1))).toBe("in");
  door.pass(1);
  expect(door.verdict(answer(challenge, 2))).toBe("stale");
});

test("a nonce is stale once it was used as often as it may be", () => {
  const door = open({ nonceUses: 2 });
  const challenge = door.challenge();
  expect([1, 2, 3].map((count) => door.verdict(answer(challenge, count)))).toEqual(["in", "in", "stale"]);
});

test("forgotten nonces are stale", () => {
  const door = open();
  const challenge = door.challenge();
  door.forgetNonces();
  expect(door.verdict(answer(challenge))).toBe("stale");
});

test("a stale nonce does not help who has another password", () => {
  const door = open();
  const challenge = door.challenge();
  door.forgetNonces();
  const request = { method: "GET", uri: TARGET, count: 1 };
  expect(door.verdict(digestHeader(challenge, request, {}, { username: "admin", password: "x" }))).toBe(
    "out",
  );
});

test.each([
  ["digest", [expect.stringMatching(/^Digest /)], "out", "in"],
  ["basic", ['Basic realm="Web Server"'], "in", "out"],
  ["both", [expect.stringMatching(/^Digest /), 'Basic realm="Web Server"'], "in", "in"],
] as const)("a box of %s auth offers and takes no other", (auth, offers, basic, digest) => {
  const door = open({ auth });
  expect(door.offers()).toEqual(offers);
  expect(door.verdict(BASIC)).toBe(basic);
  const challenge = door.challenge();
  expect(door.verdict(answer(challenge))).toBe(digest);
});

test("a new password takes the place of the old one", () => {
  const door = open({ auth: "basic" });
  door.setPassword("other");
  expect(door.verdict(BASIC)).toBe("out");
  expect(door.verdict(`Basic ${btoa("admin:other")}`)).toBe("in");
});

test.each([
  ["silence", { kind: "silence", accepted: false }],
  ["drop", { kind: "reset", accepted: false }],
  ["challenge", { kind: "answer" }],
] as const)("a POST without credentials meets %s where the unit does so", (unauthenticatedPost, fault) => {
  const door = open({ unauthenticatedPost });
  expect(door.knock(undefined, "POST")).toMatchObject(fault);
});

test.each(["silence", "drop"] as const)(
  "a unit of %s still challenges a GET, and a POST with a stale nonce",
  (unauthenticatedPost) => {
    const door = open({ unauthenticatedPost });
    const challenge = door.challenge();
    expect(challenge).toMatch(/^Digest /);
    door.forgetNonces();
    const header = digestHeader(challenge, { method: "POST", uri: TARGET, count: 1 });
    expect(door.knock(header, "POST")).toMatchObject({ kind: "answer", answer: { status: 401 } });
  },
);
