import { textAnswer } from "../answer.ts";
import type { Fault } from "../faults.ts";
import { type Random, randomFor } from "../random.ts";
import type { ReceivedRequest } from "../request.ts";
import { type DigestFields, digestResponse, type Login, readDigest } from "./digest.ts";

/** How the box lets callers in (docs/providers/ultroam.md §2). */
export interface DoorRules extends Login {
  readonly seed: number;
  /** What it offers. */
  readonly auth: "digest" | "basic" | "both";
  readonly realm: string;
  /** How long a nonce holds by the clock, and for how many requests; afterwards it is stale. */
  readonly nonceLifetimeMs: number;
  readonly nonceUses: number;
  /** What a POST without credentials gets: a challenge, or what some units do, a wait without end or a dropped connection (G1). */
  readonly unauthenticatedPost: "challenge" | "silence" | "drop";
}

export interface Door {
  /** Turns away whoever does not show the right credentials. */
  readonly keepOut: (request: ReceivedRequest) => Fault | undefined;
  setPassword(password: string): void;
  /** Makes every nonce a stale one, as a reboot does. */
  forgetNonces(): void;
}

/** `stale` is who knows the password, but with a nonce that holds no longer. */
type Verdict = "in" | "out" | "stale";

export function openDoor(rules: DoorRules, now: () => number): Door {
  const { seed, auth, realm } = rules;
  const opaque = hexText(randomFor(seed, "opaque", 1));
  const nonces = openNonces(rules, now);
  let login: Login = rules;

  function challenge(stale: boolean): Fault {
    const offers = [];
    if (auth !== "basic") {
      const fields = `qop="auth", nonce="${nonces.issue()}", opaque="${opaque}", algorithm=MD5`;
      offers.push(`Digest realm="${realm}", ${fields}${stale ? ", stale=true" : ""}`);
    }
    if (auth !== "digest") offers.push(`Basic realm="${realm}"`);
    const answer = textAnswer(401, "Unauthorized");
    const headers = { ...answer.headers, "www-authenticate": offers };
    return { kind: "answer", accepted: false, answer: { ...answer, headers } };
  }

  function judge({ method, target, headers: { authorization = "" } }: ReceivedRequest): Verdict {
    if (auth !== "digest" && authorization === basic(login)) return "in";
    const fields = readDigest(authorization);
    if (fields === undefined || !isFor(fields, { username: login.username, realm, opaque, uri: target }))
      return "out";
    return fields["response"] === digestResponse(fields, login, method) ? nonces.judge(fields) : "out";
  }

  return {
    keepOut(request) {
      const { method, headers } = request;
      if (method === "POST" && headers.authorization === undefined) {
        if (rules.unauthenticatedPost === "silence") return { kind: "silence", accepted: false };
        if (rules.unauthenticatedPost === "drop") return { kind: "reset", accepted: false };
      }
      const verdict = judge(request);
      return verdict === "in" ? undefined : challenge(verdict === "stale");
    },
    setPassword(password) {
      login = { ...login, password };
    },
    forgetNonces: nonces.forget,
  };
}

interface Nonce {
  readonly since: number;
  /** How often it was used. */
  count: number;
}

function openNonces({ seed, nonceLifetimeMs, nonceUses }: DoorRules, now: () => number) {
  let nonces = new Map<string | undefined, Nonce>();
  let issued = 0;
  return {
    issue(): string {
      const nonce = hexText(randomFor(seed, "nonce", ++issued));
      nonces.set(nonce, { since: now(), count: 0 });
      return nonce;
    },
    /** Strict: the count must be the one that follows, so a request that is repeated word for word stays out. */
    judge({ nonce: text, nc = "" }: DigestFields): Verdict {
      const nonce = nonces.get(text);
      if (nonce === undefined || now() - nonce.since >= nonceLifetimeMs) return "stale";
      if (nonce.count >= nonceUses) return "stale";
      if (!/^[\da-f]{8}$/i.test(nc) || Number.parseInt(nc, 16) !== nonce.count + 1) return "out";
      nonce.count++;
      return "in";
    },
    forget(): void {
      nonces = new Map();
    },
  };
}

/** Whether the fields answer this challenge, for this request, in the one way that it offers. */
function isFor(fields: DigestFields, expected: DigestFields): boolean {
  const { algorithm = "MD5", qop, cnonce = "" } = fields;
  if (algorithm.toUpperCase() !== "MD5" || qop !== "auth" || cnonce === "") return false;
  return Object.entries(expected).every(([name, value]) => fields[name] === value);
}

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** 32 hex digits. */
function hexText(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
}
