import { CERTIFICATE_FILE, ELSEWHERE_CERTIFICATE_FILE, openRawServer } from "@hermod/testing/raw-server";
import { expect, test } from "vitest";
import { lookAtCertificate } from "./certificate.ts";

const TIMES = { timeoutMs: 2000 };

test("a certificate that the account trusts is told with its names, its end and the version of TLS", async () => {
  await using server = await openRawServer({}, { tls: true, certificate: CERTIFICATE_FILE });
  const seen = await lookAtCertificate({
    baseUrl: `https://localhost:${server.port}`,
    caFile: CERTIFICATE_FILE,
    ...TIMES,
  });
  expect(seen).toMatchObject({ kind: "trusted", protocol: "TLSv1.3", subject: "localhost" });
  expect(seen).toHaveProperty("validUntil", expect.closeTo(Date.UTC(2126, 0), -12));
  expect(server.received.join("")).toBe("");
});

test("a certificate that the account does not trust is told by the reason", async () => {
  await using server = await openRawServer({}, { tls: true, certificate: CERTIFICATE_FILE });
  const baseUrl = `https://localhost:${server.port}`;
  const seen = await lookAtCertificate({ baseUrl, caFile: ELSEWHERE_CERTIFICATE_FILE, ...TIMES });
  expect(seen).toEqual({ kind: "refused", reason: "DEPTH_ZERO_SELF_SIGNED_CERT" });
});

test("a server that is not there, or says nothing, is told by the reason", async () => {
  expect(await lookAtCertificate({ baseUrl: "https://127.0.0.1:9", ...TIMES })).toEqual({
    kind: "refused",
    reason: "ECONNREFUSED",
  });
  await using silent = await openRawServer({});
  const baseUrl = `https://127.0.0.1:${silent.port}`;
  expect(await lookAtCertificate({ baseUrl, timeoutMs: 200 })).toEqual({
    kind: "refused",
    reason: "timeout",
  });
});

test("plain HTTP shows no certificate", async () => {
  expect(await lookAtCertificate({ baseUrl: "http://127.0.0.1:9", ...TIMES })).toEqual({ kind: "none" });
});
