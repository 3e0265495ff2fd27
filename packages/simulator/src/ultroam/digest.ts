import { hash } from "node:crypto";

/** What an `Authorization: Digest` header says. */
export type DigestFields = Readonly<Partial<Record<string, string>>>;

/** Whose answer it should be; both are secrets of nobody here. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Reads the parameters of a header of this scheme; none for another scheme. */
export function readDigest(header: string): DigestFields | undefined {
  const [, rest] = /^digest\s+(.*)$/is.exec(header) ?? [];
  if (rest === undefined) return undefined;
  const found = rest.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
  return Object.fromEntries(
    Array.from(found, ([, name = "", quoted, bare = ""]) => [
      name.toLowerCase(),
      quoted?.replaceAll(/\\(.)/g, "$1") ?? bare,
    ]),
  );
}

/** The `response` that fits the fields, by RFC 7616 §3.4.1 (RFC 2617 §3.2.2.1) with MD5 and qop. */
export function digestResponse(
  { realm = "", nonce = "", nc = "", cnonce = "", qop = "", uri = "" }: DigestFields,
  { username, password }: Login,
  method: string,
): string {
  const who = md5(`${username}:${realm}:${password}`);
  const what = md5(`${method}:${uri}`);
  return md5([who, nonce, nc, cnonce, qop, what].join(":"));
}

function md5(text: string): string {
  return hash("md5", text, "hex");
}
