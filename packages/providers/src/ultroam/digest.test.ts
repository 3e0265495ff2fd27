import { describe, expect, test } from "vitest";
import type { Answer } from "../exchange.ts";
import { offeredScheme, whyUnauthorized } from "./challenge.ts";
import { type DigestChallenge, digestAuthorization } from "./digest.ts";

const RFC_2617: DigestChallenge = {
  realm: "testrealm@host.com",
  nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
  opaque: "5ccc069c403ebaf9f0171e9517f40e41",
  qop: "auth",
};
const RFC_7616: DigestChallenge = {
  realm: "http-auth@example.org",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
  qop: "auth",
};
const request = (cnonce: string) => ({ method: "GET", uri: "/dir/index.html", count: 1, cnonce });
const OLD = request("0a4f113b");
const NEW = request("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");

describe("the published examples come out", () => {
  test.each<[string, DigestChallenge, string, typeof OLD, string]>([
    ["RFC 2617 §3.5", RFC_2617, "Circle Of Life", OLD, "6629fae49393a05397450978507c4ef1"],
    [
      "RFC 7616 §3.9.1, MD5",
      { ...RFC_7616, algorithm: "MD5" },
      "Circle of Life",
      NEW,
      "8ca523f5e9506fed4657c9700eebdbec",
    ],
    [
      "RFC 7616 §3.9.1, SHA-256",
      { ...RFC_7616, algorithm: "SHA-256" },
      "Circle of Life",
      NEW,
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    ],
  ])("%s", (_, challenge, password, asked, response) => {
    const header = digestAuthorization(challenge, { username: "Mufasa", password }, asked);
    expect(header).toContain(`response="${response}"`);
  });

  test("RFC 2617 §3.5, the whole header", () => {
    const credentials = { username: "Mufasa", password: "Circle Of Life" };
    expect(digestAuthorization(RFC_2617, credentials, OLD)).toBe(
      'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
        'uri="/dir/index.html", cnonce="0a4f113b", nc=00000001, qop=auth, ' +
        'response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
  });
});

describe("what stands in the header", () => {
  const header = (challenge: Partial<DigestChallenge>, count = 1, username = "a") =>
    digestAuthorization(
      { realm: "r", nonce: "n", ...challenge },
      { username, password: "b" },
      { ...OLD, count },
    );

  test("the count has eight hexadecimal digits", () => {
    expect(header({ qop: "auth" }, 0x1a2b)).toContain("nc=00001a2b");
  });

  test("a quote in a name is escaped", () => {
    expect(header({ realm: 'the "box"' }, 1, 'a"\\')).toContain('username="a\\"\\\\", realm="the \\"box\\""');
  });

  test("a server of before RFC 2617 gets neither count nor chance", () => {
    expect(header({})).not.toMatch(/nc=|qop=|opaque=|algorithm=/);
  });

  test("a session algorithm changes the answer and says its chance", () => {
    expect(header({ algorithm: "MD5-sess" })).toContain('cnonce="0a4f113b"');
    expect(header({ algorithm: "MD5-sess" })).not.toContain(/response="\w+"/.exec(header({}))?.[0]);
  });
});

describe("a challenge", () => {
  const answer = (...values: string[]): Answer => ({
    kind: "answer",
    status: 401,
    headers: { "www-authenticate": values },
    text: "",
  });
  const DIGEST = 'Digest realm="Web Server", nonce="n1", qop="auth"';
  const scheme = { name: "digest", challenge: { realm: "Web Server", nonce: "n1", qop: "auth" } };
  const basic = { name: "basic" };

  test.each<[string, string[], object | undefined]>([
    ["Digest", [DIGEST], scheme],
    ["Digest before Basic, in two headers", ['Basic realm="x"', DIGEST], scheme],
    ["Digest before Basic, in one header", [`Basic realm="x", ${DIGEST}`], scheme],
    [
      "in other letters, bare and with blanks",
      ['DIGEST Realm = "Web Server" ,NONCE=n1,\tqop = auth'],
      scheme,
    ],
    ["one of several qualities", [DIGEST.replace('"auth"', '"auth-int, auth"')], scheme],
    ["one of several algorithms", [DIGEST.replace("nonce", "algorithm=SHA-512-256, nonce"), DIGEST], scheme],
    ["Basic where Digest wants what we cannot do", [DIGEST.replace('"auth"', "auth-int"), "Basic"], basic],
    ["Basic alone", ['Basic realm="Digest nonce=x"'], basic],
    [
      "a realm with a comma and quotes",
      [DIGEST.replace("Web Server", 'a, \\"b\\"')],
      {
        name: "digest",
        challenge: { realm: 'a, "b"', nonce: "n1", qop: "auth" },
      },
    ],
    ["no nonce", ['Digest realm="x", qop="auth"'], undefined],
    ["letters that no header may bring back", [DIGEST.replace("Web", "W\u00e9b")], undefined],
    ["something else", ["Negotiate abc=="], undefined],
    ["nothing", [], undefined],
  ])("%s", (_, values, expected) => expect(offeredScheme(answer(...values), "auto")).toEqual(expected));

  test("digest never shows the password, basic never counts", () => {
    expect(offeredScheme(answer("Basic"), "digest")).toBeUndefined();
    expect(offeredScheme(answer(DIGEST), "basic")).toBeUndefined();
  });

  test.each<[string, string[], string]>([
    ["wrong credentials", [DIGEST], "credentials"],
    ["wrong credentials, without a challenge", [], "credentials"],
    ["right ones with an old nonce", [`${DIGEST}, stale=TRUE`], "nonce"],
    ["a scheme that we do not have", ["Negotiate"], "challenge"],
  ])("that is repeated tells of %s", (_, values, why) => {
    expect(whyUnauthorized(answer(...values), "digest")).toBe(why);
  });

  test("of 8 KB is read in no time", () => {
    const startedAt = performance.now();
    for (const part of ['"\\', "a ", 'a="', "a = ", ",", 'a="b",']) {
      offeredScheme(answer(`Digest ${part.repeat(8192 / part.length)}`), "auto");
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
