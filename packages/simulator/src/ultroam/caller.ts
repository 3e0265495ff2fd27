import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { type DigestFields, digestResponse, type Login, readDigest } from "./digest.ts";

/** Who calls in tests: the login of every example. */
const ADMIN: Login = { username: "admin", password: "admin" };
export const BASIC = `Basic ${Buffer.from("admin:admin").toString("base64")}`;

/** The `Authorization` that answers a challenge; changes make a wrong one. */
export function digestHeader(
  challenge: string,
  request: { method: string; uri: string; count: number },
  change: DigestFields = {},
  login: Login = ADMIN,
): string {
  const { realm, nonce, opaque } = readDigest(challenge) ?? {};
  const nc = request.count.toString(16).padStart(8, "0");
  const fields = {
    username: login.username,
    realm,
    nonce,
    opaque,
    uri: request.uri,
    nc,
    cnonce: "c1",
    qop: "auth",
  };
  const all: DigestFields = { ...fields, ...change };
  const response = digestResponse(all, login, request.method);
  const quoted = Object.entries({ ...all, response }).map(([name, value]) => `${name}="${value}"`);
  return `Digest ${quoted.join(", ")}`;
}

/** One request of one connection; `ca` for HTTPS. */
export async function call(
  url: string,
  { method = "GET", authorization, body = "", ca }: CallOptions = {},
): Promise<{ status: number; challenge: string; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    challenge: string;
    body: string;
  }>();
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(authorization === undefined ? {} : { authorization }),
  };
  const options = { method, headers, agent: false, ...(ca === undefined ? {} : { ca }) };
  const request = (ca === undefined ? plainRequest : tlsRequest)(url, options, (response) => {
    const {
      statusCode: status = 0,
      headers: { "www-authenticate": challenge = "" },
    } = response;
    text(response).then((read) => resolve({ status, challenge, body: read }), reject);
  });
  request.on("error", reject).end(body);
  return await promise;
}

interface CallOptions {
  readonly method?: string;
  readonly authorization?: string;
  readonly body?: string;
  readonly ca?: string;
}
