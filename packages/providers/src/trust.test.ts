import {
  BOX_CERTIFICATE_FILE,
  CERTIFICATE_FILE,
  ELSEWHERE_CERTIFICATE_FILE,
  openRawServer,
} from "@hermod/testing/raw-server";
import { onRequest } from "@hermod/testing/wire";
import { describe, expect, test } from "vitest";
import { openHttp } from "./http.ts";

const never = new AbortController().signal;

/** What a request gets from a server that shows this certificate, where the account trusts that file. */
async function ask(certificate: string, caFile: string, host = "127.0.0.1") {
  const answer = onRequest((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes"));
  await using server = await openRawServer(answer, { tls: true, certificate });
  const baseUrl = `https://${host}:${server.port}`;
  await using http = openHttp({ baseUrl, connections: 1, timeoutMs: 5000, caFile });
  const result = await http.request({ method: "POST", path: "/", body: "x" }, never);
  if (result.kind === "failed") expect(server.received.join("")).toBe("");
  return result;
}

const trusted = { kind: "answer", status: 200, text: "yes" };
const refused = (detail: string) => ({ kind: "failed", written: false, phase: "connect", detail });

describe("an account with a caFile", () => {
  test.each([
    ["without any host in it", BOX_CERTIFICATE_FILE],
    ["for another host, issued by somebody else", ELSEWHERE_CERTIFICATE_FILE],
    ["for another name of the host", CERTIFICATE_FILE],
  ])("trusts a server that shows the very certificate of the file: %s", async (_, file) => {
    expect(await ask(file, file)).toMatchObject(trusted);
  });

  test("does not trust a certificate that the file's one issued for another host", async () => {
    const detail = "ERR_TLS_CERT_ALTNAME_INVALID";
    expect(await ask(ELSEWHERE_CERTIFICATE_FILE, CERTIFICATE_FILE)).toEqual(refused(detail));
  });

  test("does not trust another certificate, though it is of the same key", async () => {
    const detail = "DEPTH_ZERO_SELF_SIGNED_CERT";
    expect(await ask(BOX_CERTIFICATE_FILE, CERTIFICATE_FILE, "localhost")).toEqual(refused(detail));
  });

  test.each([
    ["holds no certificate", import.meta.filename],
    ["is not there", `${import.meta.filename}.pem`],
  ])("cannot be opened where the file %s", (_, caFile) => {
    const open = () => openHttp({ baseUrl: "https://localhost", connections: 1, timeoutMs: 1000, caFile });
    expect(open).toThrow(caFile);
  });
});
