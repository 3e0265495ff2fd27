import { createHash } from "node:crypto";

/** What a server's Digest challenge asks for, as far as we can answer it. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  /** As the server wrote it; absent means MD5. */
  readonly algorithm?: string;
  /** `auth`, or undefined for a server of before RFC 2617. */
  readonly qop?: "auth";
}

/** The request that is being authorised. */
export interface DigestRequest {
  readonly method: string;
  /** The request target exactly as it stands in the request line. */
  readonly uri: string;
  /** How often the nonce has been used, with this time. */
  readonly count: number;
  /** Our own chance, new with each request. */
  readonly cnonce: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const HASHES: ReadonlyMap<string, "md5" | "sha256"> = new Map([
  ["md5", "md5"],
  ["md5-sess", "md5"],
  ["sha-256", "sha256"],
  ["sha-256-sess", "sha256"],
]);

/** The challenge in a `WWW-Authenticate: Digest`; undefined where it wants something that we cannot do. */
export function digestChallenge(params: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const [realm = "", nonce = "", opaque, algorithm, qop] = [
    "realm",
    "nonce",
    "opaque",
    "algorithm",
    "qop",
  ].map((name) => params.get(name));
  // They go back in a header of ours, which takes plain letters only.
  if (![realm, nonce, opaque ?? ""].every((text) => /^[\x20-\x7e]*$/.test(text)) || nonce === "")
    return undefined;
  if (algorithm !== undefined && !HASHES.has(algorithm.toLowerCase())) return undefined;
  const auth = qop?.split(",").some((word) => word.trim().toLowerCase() === "auth");
  if (auth === false) return undefined;
  return {
    realm,
    nonce,
    ...(opaque === undefined ? {} : { opaque }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(auth === undefined ? {} : { qop: "auth" }),
  };
}

/** The value of `Authorization` that answers a challenge (RFC 2617 §3.2.2, RFC 7616 §3.4). */
export function digestAuthorization(
  challenge: DigestChallenge,
  credentials: Credentials,
  { method, uri, count, cnonce }: DigestRequest,
): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const name = (algorithm ?? "MD5").toLowerCase();
  const hash = (text: string) =>
    createHash(HASHES.get(name) ?? "md5")
      .update(text)
      .digest("hex");
  const nc = count.toString(16).padStart(8, "0");
  const user = hash(`${credentials.username}:${realm}:${credentials.password}`);
  const secret = name.endsWith("-sess") ? hash(`${user}:${nonce}:${cnonce}`) : user;
  const use = qop === undefined ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
  const fields = [
    `username=${quoted(credentials.username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    ...(qop === undefined && !name.endsWith("-sess") ? [] : [`cnonce=${quoted(cnonce)}`]),
    ...(qop === undefined ? [] : [`nc=${nc}`, `qop=${qop}`]),
    `response=${quoted(hash(`${secret}:${use}:${hash(`${method}:${uri}`)}`))}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
  ];
  return `Digest ${fields.join(", ")}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
