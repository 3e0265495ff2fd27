import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openBox } from "./auth.ts";
import { UltroamAccount } from "./config.ts";

const never = new AbortController().signal;
const REALM = 'Web "Server", 1';
const QUOTED = REALM.replaceAll('"', '\\"');

interface Form {
  /** The challenges, with `<nonce>` for a fresh one. */
  readonly offers: readonly string[];
  readonly hash?: "md5" | "sha256";
  readonly isSession?: true;
  /** Without a quality there is neither count nor chance (RFC 2069). */
  readonly quality?: "none";
  readonly opaque?: string;
}

const nonce = 'nonce="<nonce>"';

/** What servers may ask for within RFC 2069, 2617 and 7616. */
const FORMS: Readonly<Record<string, Form>> = {
  "MD5 and a quality": { offers: [`Digest realm="${QUOTED}", ${nonce}, qop="auth", algorithm=MD5`] },
  "no algorithm": {
    offers: [`Digest realm="${QUOTED}", qop="auth", ${nonce}, opaque="5c/=="`],
    opaque: "5c/==",
  },
  "an empty opaque": { offers: [`Digest realm="${QUOTED}", qop="auth", ${nonce}, opaque=""`], opaque: "" },
  "bare words in other letters": {
    offers: [`digest Realm="${QUOTED}",NONCE=<nonce>,QOP=auth,Algorithm="md5",stale=FALSE`],
  },
  "several qualities": { offers: [`Digest realm="${QUOTED}", ${nonce}, qop="auth-int,auth"`] },
  "no quality": { offers: [`Digest realm="${QUOTED}", ${nonce}`], quality: "none" },
  "a session": {
    offers: [`Digest realm="${QUOTED}", ${nonce}, qop="auth", algorithm=MD5-sess`],
    isSession: true,
  },
  "SHA-256": {
    offers: [`Digest realm="${QUOTED}", ${nonce}, qop="auth", algorithm=SHA-256`],
    hash: "sha256",
  },
  "SHA-256 before MD5, in two headers": {
    offers: [
      `Digest realm="${QUOTED}", ${nonce}, qop="auth", algorithm=SHA-256`,
      `Digest realm="${QUOTED}", nonce="another", qop="auth", algorithm=MD5`,
    ],
    hash: "sha256",
  },
  "what nobody can do before MD5": {
    offers: [
      `Digest realm="${QUOTED}", nonce="another", qop="auth", algorithm=SHA-512-256`,
      `Digest realm="${QUOTED}", ${nonce}, qop="auth", algorithm=MD5`,
    ],
  },
  "Basic as well, in two headers": {
    offers: ['Basic realm="x"', `Digest realm="${QUOTED}", ${nonce}, qop="auth"`],
  },
  "Basic as well, in one header": {
    offers: [`Basic realm="x", Digest realm="${QUOTED}", ${nonce}, qop="auth"`],
  },
};

/** A server that lets in whoever answers its challenge, each count of a nonce once and in order; its arithmetic is its own. */
async function openServer({ offers, hash = "md5", isSession, quality, opaque }: Form) {
  const digest = (...parts: string[]) => createHash(hash).update(parts.join(":")).digest("hex");
  const counts = new Map<string, number>();
  const log: string[] = [];
  const server = createServer();
  server.on("request", (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    incoming.resume();
    const fields = new Map(
      Array.from(
        (headers.authorization ?? "").matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g),
        ([, name = "", quoted, bare = ""]) => [name, quoted?.replaceAll(/\\(.)/g, "$1") ?? bare],
      ),
    );
    const field = (name: string) => fields.get(name) ?? "";
    const user = digest("kunde", REALM, "hunter2");
    const secret = isSession === true ? digest(user, field("nonce"), field("cnonce")) : user;
    const use =
      quality === "none" ? [field("nonce")] : [field("nonce"), field("nc"), field("cnonce"), "auth"];
    const count = counts.get(field("nonce"));
    const isRight =
      field("response") === digest(secret, ...use, digest(method, url)) &&
      field("uri") === url &&
      field("realm") === REALM &&
      fields.get("opaque") === opaque &&
      fields.has("nc") === (quality === undefined) &&
      count !== undefined &&
      (quality === "none" || Number.parseInt(field("nc"), 16) === count + 1);
    if (isRight) counts.set(field("nonce"), (count ?? 0) + 1);
    log.push(`${method} ${isRight ? 200 : 401}`);
    if (!isRight) {
      const fresh = `n${counts.size}=`;
      counts.set(fresh, 0);
      response.setHeader(
        "WWW-Authenticate",
        offers.map((offer) => offer.replace("<nonce>", fresh)),
      );
    }
    response.writeHead(isRight ? 200 : 401).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    log,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test.each(Object.entries(FORMS))(
  "a box that wants %s is answered so that it lets us in, again and again",
  async (_, form) => {
    await using server = await openServer(form);
    const account = { provider: "ultroam", baseUrl: server.baseUrl, username: "kunde", password: "hunter2" };
    await using box = openBox(UltroamAccount.parse(account));
    for (const path of ["/api/send_sms", "/api/query_sms_result", "/api/send_sms"]) {
      expect(await box.post(path, {}, never)).toMatchObject({ kind: "answer", status: 200 });
    }
    expect(server.log).toEqual(["GET 401", "POST 200", "POST 200", "POST 200"]);
  },
);
