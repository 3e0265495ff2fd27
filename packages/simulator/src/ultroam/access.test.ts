import { expect, test } from "vitest";
import { LOCALHOST_CERTIFICATE } from "../localhost-certificate.ts";
import { BASIC, call, digestHeader } from "./caller.ts";
import { errorThoughTaken } from "./faults.ts";
import { open, PORTS, QUEUE, recipient, SEND } from "./open-box.ts";

test("a caller gets in with Digest over HTTP, and what keeps him out takes no fault away", async () => {
  await using box = await open({ auth: "digest" });
  box.setFault("send", errorThoughTaken, 1);
  const body = JSON.stringify({ text: "Hello", param: [recipient(1)] });
  const stranger = await call(box.url + SEND, { method: "POST", body });
  expect(stranger.status).toBe(401);
  expect(box.log.accepted).toEqual([]);
  const authorization = digestHeader(stranger.challenge, { method: "POST", uri: SEND, count: 1 });
  expect((await call(box.url + SEND, { method: "POST", body, authorization })).body).toBe(
    '{"error_code":500}',
  );
  expect(box.log.accepted).toHaveLength(1);
  expect((await call(box.url + SEND, { method: "POST", body, authorization })).status).toBe(401);
  expect(box.log.requests.map(({ answered }) => answered)).toEqual([401, 200, 401]);
});

test("the uri of a Digest is the target with its query", async () => {
  await using box = await open({ auth: "digest" });
  const target = `${PORTS}?info_type=reg`;
  const { challenge } = await call(box.url + QUEUE);
  const authorization = digestHeader(challenge, { method: "GET", uri: target, count: 1 });
  expect((await call(box.url + target, { authorization })).status).toBe(200);
});

test("a unit that drops a POST without credentials takes nothing and answers nothing", async () => {
  await using box = await open({ unauthenticatedPost: "drop" });
  const body = JSON.stringify({ text: "Hello", param: [recipient(1)] });
  await expect(call(box.url + SEND, { method: "POST", body })).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(box.log.accepted).toEqual([]);
  expect(box.log.requests[0]).not.toHaveProperty("answered");
  expect((await call(box.url + QUEUE)).status).toBe(401);
});

test("a unit that hangs on a POST without credentials does so until it closes", async () => {
  const box = await open({ unauthenticatedPost: "silence" });
  const hanging = call(box.url + SEND, { method: "POST", body: "{}" }).catch(({ code }) => code);
  await expect.poll(() => box.log.requests[0]?.fault).toBe("silence");
  await box[Symbol.asyncDispose]();
  expect(await hanging).toBe("ECONNRESET");
});

test("a reboot makes nonces stale", async () => {
  await using box = await open({ auth: "digest" });
  const { challenge } = await call(box.url + QUEUE);
  box.reboot();
  const authorization = digestHeader(challenge, { method: "GET", uri: QUEUE, count: 1 });
  expect((await call(box.url + QUEUE, { authorization })).challenge).toContain("stale=true");
});

const tls = LOCALHOST_CERTIFICATE;

test("a box with TLS is believed by who knows its certificate, and by nobody else", async () => {
  await using box = await open({ tls });
  expect(box.url).toMatch(/^https:/);
  expect((await call(box.url + QUEUE, { authorization: BASIC, ca: tls.cert })).status).toBe(200);
  await expect(fetch(box.url + QUEUE)).rejects.toMatchObject({
    cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  });
});

test("a reset ends a TLS connection as well", async () => {
  await using box = await open({ tls });
  box.setFault("balance", { kind: "reset", accepted: false });
  await expect(call(box.url + QUEUE, { authorization: BASIC, ca: tls.cert })).rejects.toMatchObject({
    code: "ECONNRESET",
  });
});
