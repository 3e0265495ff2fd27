import { expect, test } from "vitest";
import { digestResponse, readDigest } from "./digest.ts";

test.each([
  [
    "RFC 2617 §3.5",
    {
      realm: "testrealm@host.com",
      nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
      uri: "/dir/index.html",
      nc: "00000001",
      cnonce: "0a4f113b",
      qop: "auth",
    },
    "Circle Of Life",
    "6629fae49393a05397450978507c4ef1",
  ],
  [
    "RFC 7616 §3.9.1",
    {
      realm: "http-auth@example.org",
      nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
      uri: "/dir/index.html",
      nc: "00000001",
      cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
      qop: "auth",
    },
    "Circle of Life",
    "8ca523f5e9506fed4657c9700eebdbec",
  ],
])("the response is that of the example in %s", (_, fields, password, response) => {
  expect(digestResponse(fields, { username: "Mufasa", password }, "GET")).toBe(response);
});

test("parameters are read quoted, bare and with any blanks", () => {
  expect(readDigest('digest a="x, y=\\"z\\"",NC=00000001 ,  qop = auth')).toEqual({
    a: 'x, y="z"',
    nc: "00000001",
    qop: "auth",
  });
});

test.each(["Basic YWRtaW46YWRtaW4=", "Digest", ""])("%j is no answer to a digest challenge", (header) => {
  expect(readDigest(header)).toBeUndefined();
});
