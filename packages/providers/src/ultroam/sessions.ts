import { randomBytes } from "node:crypto";
import type { Answer } from "../exchange.ts";
import { offeredScheme, type Scheme } from "./challenge.ts";
import type { UltroamAccount } from "./config.ts";
import { type DigestChallenge, digestAuthorization } from "./digest.ts";
import { openTurns, type Turns } from "./turns.ts";

/** One way to authorise requests. */
export interface Session {
  readonly scheme: Scheme["name"] | "none";
  /** Taken from before `authorize` until the whole answer: the counts of a nonce arrive in their order, without a gap. */
  readonly turns: Turns;
  /** The value of `Authorization`; undefined where there is none. `uri` is the request target as it is written. */
  authorize(method: string, uri: string): string | undefined;
}

/** The sessions of an account. */
export interface Sessions {
  /** One that nobody uses and that the box should still know. */
  idle(): Session | undefined;
  /** One for what a 401 asks for; undefined where that is nothing the account may do. */
  offered(answer: Answer): Session | undefined;
  /** To be used again: the box answered and took it. */
  keep(session: Session): void;
  /** Not to be used again before the box offers it anew. */
  drop(session: Session): void;
  /** For a box that wants to know nothing. */
  readonly none: Session;
}

/** A nonce lives for minutes at most, and some units drop a POST that they cannot authorise, so that an old one is not tried. */
const NONCE_AGE_MS = 60_000;

/** How many nonces are remembered with their counts, should the box hand one out again. */
const MOST_NONCES = 1000;

interface DigestSession extends Session {
  readonly scheme: "digest";
  offeredAt: number;
}

/** `now` is a monotonic clock. */
export function openSessions(account: UltroamAccount, now: () => number): Sessions {
  const nonces = new Map<string, DigestSession>();
  // Everybody may use it at once, so that there is one of it or none.
  let shared: Session | undefined;
  const idle = new Set<DigestSession>();
  const basic = basicSession(account);

  /** Counts belong to the nonce: a box that hands one out to everybody gets one row of counts, one after the other. */
  function ofNonce(challenge: DigestChallenge): Session {
    const session = nonces.get(challenge.nonce) ?? digestSession(account, challenge);
    session.offeredAt = now();
    nonces.delete(challenge.nonce);
    nonces.set(challenge.nonce, session);
    for (const [oldest] of nonces) if (nonces.size > MOST_NONCES) nonces.delete(oldest);
    return session;
  }

  return {
    none: { scheme: "none", turns: openTurns(Number.POSITIVE_INFINITY), authorize: () => undefined },
    idle() {
      if (account.auth === "basic") return basic;
      // The one used last: the box knows it best, and the others may grow old.
      for (const session of [...idle].reverse()) {
        idle.delete(session);
        if (now() - session.offeredAt < NONCE_AGE_MS) return session;
      }
      return shared;
    },
    offered(answer) {
      const scheme = offeredScheme(answer, account.auth);
      if (scheme === undefined) return undefined;
      return scheme.name === "basic" ? basic : ofNonce(scheme.challenge);
    },
    keep(session) {
      if (isDigest(session)) idle.add(session);
      else shared = session;
    },
    drop(session) {
      if (isDigest(session)) idle.delete(session);
      else if (shared === session) shared = undefined;
    },
  };
}

function isDigest(session: Session): session is DigestSession {
  return session.scheme === "digest";
}

/** Name and password as Basic shows them. */
export function basicCredentials({ username, password }: UltroamAccount): string {
  return Buffer.from(`${username}:${password.reveal()}`).toString("base64");
}

function basicSession(account: UltroamAccount): Session {
  const authorize = () => `Basic ${basicCredentials(account)}`;
  return { scheme: "basic", turns: openTurns(Number.POSITIVE_INFINITY), authorize };
}

function digestSession({ username, password }: UltroamAccount, challenge: DigestChallenge): DigestSession {
  let count = 0;
  return {
    scheme: "digest",
    offeredAt: 0,
    turns: openTurns(1),
    authorize(method, uri) {
      count += 1;
      const cnonce = randomBytes(16).toString("hex");
      const credentials = { username, password: password.reveal() };
      return digestAuthorization(challenge, credentials, { method, uri, count, cnonce });
    },
  };
}
