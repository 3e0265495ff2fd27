import { type Answer, headerValues } from "../exchange.ts";
import type { UltroamAccount } from "./config.ts";
import { type DigestChallenge, digestChallenge } from "./digest.ts";

/** How a box wants to be shown who is asking. */
export type Scheme =
  | { readonly name: "basic" }
  | { readonly name: "digest"; readonly challenge: DigestChallenge };

interface Challenge {
  readonly scheme: string;
  readonly params: Map<string, string>;
}

/** A word, and its value where it has one: `Digest realm="a", nonce=b, Basic realm="c"` is two challenges. */
const PART = /([\w!#$%&'*+.^`|~-]{1,64})(?:[ \t]{0,9}=[ \t]{0,9}(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;

/** The scheme that a 401 offers and the account may use; Digest before Basic, which shows the password. */
export function offeredScheme(answer: Answer, mode: UltroamAccount["auth"]): Scheme | undefined {
  const challenges = challengesOf(answer);
  if (mode !== "basic") {
    for (const { scheme, params } of challenges) {
      const challenge = scheme === "digest" ? digestChallenge(params) : undefined;
      if (challenge !== undefined) return { name: "digest", challenge };
    }
  }
  if (mode !== "digest" && challenges.some(({ scheme }) => scheme === "basic")) return { name: "basic" };
  return undefined;
}

/**
 * Why a request was not authorised. `nonce`: the box itself says that the credentials are right and only its nonce is too
 * old (RFC 7616 §3.3, `stale`). `challenge`: it offers nothing that the account may use.
 */
export function whyUnauthorized(
  answer: Answer,
  mode: UltroamAccount["auth"],
): "credentials" | "nonce" | "challenge" {
  const challenges = challengesOf(answer);
  if (challenges.some(({ params }) => params.get("stale")?.toLowerCase() === "true")) return "nonce";
  return challenges.length === 0 || offeredScheme(answer, mode) !== undefined ? "credentials" : "challenge";
}

function challengesOf(answer: Answer): Challenge[] {
  const challenges: Challenge[] = [];
  for (const value of headerValues(answer, "www-authenticate")) {
    for (const [, name = "", text, bare] of value.matchAll(PART)) {
      const word = name.toLowerCase();
      const given = text?.replace(/\\(.)/g, "$1") ?? bare;
      if (given === undefined) challenges.push({ scheme: word, params: new Map() });
      else challenges.at(-1)?.params.set(word, given);
    }
  }
  return challenges;
}
