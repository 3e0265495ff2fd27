import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CERTIFICATE_FILE, KEY_FILE } from "@hermod/testing/raw-server";

/** What the box of the tests is asked, once it knows by whom. */
export interface BoxRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface BoxAnswer {
  readonly status?: number;
  readonly body: string | Buffer;
}

interface BoxRules {
  readonly answer: (request: BoxRequest) => BoxAnswer | Promise<BoxAnswer> | "drop";
  /** Asked for with each request, so that a test can change it. */
  readonly offers?: "digest" | "basic" | "both" | "nothing";
  readonly tls?: boolean;
  /** Asked for with each request as well. */
  readonly password?: string;
  /** What some units do with a POST without credentials (docs/providers/ultroam.md §2, G1). */
  readonly barePost?: "drop" | "hang";
  /** How many requests a nonce is good for. */
  readonly nonceUses?: number;
  /** Everybody gets the same nonce. */
  readonly oneNonce?: boolean;
  /** A nonce is forgotten as soon as the next one is handed out. */
  readonly latestNonceOnly?: boolean;
  /** Says that a nonce is too old, whatever it is. */
  readonly alwaysStale?: boolean;
}

export interface StrictBox extends AsyncDisposable {
  readonly baseUrl: string;
  /** What came in, with the `Authorization` it showed, and the HTTP status it got; 0 where it was dropped. */
  readonly log: readonly (BoxRequest & { readonly authorization: string; readonly status: number })[];
  /** The most requests that were open at once with one nonce: more than one could arrive in any order. */
  readonly mostWithOneNonce: number;
  forgetNonces(): void;
}

const md5 = (value: string) => createHash("md5").update(value).digest("hex");

/**
 * A gateway as strict as RFC 7616 allows: a nonce takes the counts 1, 2, 3 in exactly this order and nothing else. Its
 * arithmetic is its own.
 */
export async function openStrictBox(rules: BoxRules): Promise<StrictBox> {
  const { answer, tls = false } = rules;
  const log: (BoxRequest & { authorization: string; status: number })[] = [];
  const guard = openGuard(rules);
  const open: string[] = [];
  let mostWithOneNonce = 0;
  const options = tls ? { key: readFileSync(KEY_FILE), cert: readFileSync(CERTIFICATE_FILE) } : {};
  const server = tls ? createTlsServer(options) : createServer();
  server.on("request", async (incoming, response) => {
    const { method = "", url: path = "", headers } = incoming;
    const { authorization = "" } = headers;
    const nonce = / nonce="[^"]*"/.exec(authorization)?.[0];
    if (nonce !== undefined) {
      open.push(nonce);
      mostWithOneNonce = Math.max(mostWithOneNonce, open.filter((other) => other === nonce).length);
      response.on("close", () => open.splice(open.indexOf(nonce), 1));
    }
    const request = { method, path, body: await text(incoming) };
    const entry = { ...request, authorization, status: 0 };
    log.push(entry);
    if (method === "POST" && authorization === "" && rules.barePost !== undefined) {
      if (rules.barePost === "drop") incoming.socket.destroy();
      return;
    }
    const verdict = guard.judge(incoming, authorization);
    const answered = verdict === "in" ? await answer(request) : { status: 401, body: "Unauthorized" };
    if (answered === "drop") {
      incoming.socket.destroy();
      return;
    }
    entry.status = answered.status ?? 200;
    if (verdict !== "in") response.setHeader("www-authenticate", guard.challenges(verdict === "stale"));
    response.writeHead(entry.status).end(answered.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    log,
    get mostWithOneNonce() {
      return mostWithOneNonce;
    },
    forgetNonces: guard.forget,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openGuard(rules: BoxRules) {
  const counts = new Map<string, number>();
  return {
    judge({ method = "", url = "" }: IncomingMessage, authorization: string): "in" | "out" | "stale" {
      const { offers = "digest", password = "hunter2", nonceUses = 1000 } = rules;
      const basic = `Basic ${Buffer.from(`kunde:${password}`).toString("base64")}`;
      if (offers === "nothing") return "in";
      if (offers !== "digest" && authorization === basic) return "in";
      const fields = Object.fromEntries(
        Array.from(authorization.matchAll(/(\w+)="?([^",]*)"?/g), ([, name = "", value = ""]) => [
          name,
          value,
        ]),
      );
      const { nonce = "", nc = "", cnonce, uri, response } = fields;
      const expected = [
        md5(`kunde:Web Server:${password}`),
        nonce,
        nc,
        cnonce,
        "auth",
        md5(`${method}:${url}`),
      ];
      if (uri !== url || fields["opaque"] !== "5ccc" || response !== md5(expected.join(":"))) return "out";
      const count = counts.get(nonce);
      if (rules.alwaysStale === true || count === undefined || count >= nonceUses) return "stale";
      if (nc !== (count + 1).toString(16).padStart(8, "0")) return "out";
      counts.set(nonce, count + 1);
      return "in";
    },
    challenges(stale: boolean): string[] {
      const { offers = "digest" } = rules;
      const nonce = rules.oneNonce === true ? "the-one" : randomUUID();
      if (rules.latestNonceOnly === true) counts.clear();
      if (!counts.has(nonce)) counts.set(nonce, 0);
      const digest = `Digest realm="Web Server", qop="auth", nonce="${nonce}", opaque="5ccc", algorithm=MD5`;
      return [
        ...(offers === "basic" ? [] : [stale ? `${digest}, stale=TRUE` : digest]),
        ...(offers === "digest" ? [] : ['Basic realm="Web Server"']),
      ];
    },
    forget: () => counts.clear(),
  };
}
