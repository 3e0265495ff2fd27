import type { AnnouncedEncryption } from "@hermod/core/announcement";
import { HermodInputError, type InputIssue } from "@hermod/core/input-error";
import type { ParsedMessageInput } from "@hermod/core/message";
import type { KnownAccounts } from "./known-accounts.ts";

/**
 * Why messages of this client do not suit the workers, or undefined when they do. What workers cannot open
 * would be accepted and never sent, and what nobody sealed would lie in the clear among what is sealed.
 * Workers of an older version say nothing and are believed.
 */
function mismatch(theirs: AnnouncedEncryption | undefined, own: AnnouncedEncryption): string | undefined {
  if (theirs === undefined) return undefined;
  const encrypt = Object.keys(theirs.keys).length > 0;
  const { active } = own;
  if (active === undefined) {
    return encrypt ? "the workers encrypt: openClient needs the keys of their configuration" : undefined;
  }
  if (!encrypt) return "the workers have no keys, and could not read what this client encrypts";
  if (!Object.hasOwn(theirs.keys, active)) return `the key ${active} is not known to the workers`;
  return theirs.keys[active] === own.keys[active]
    ? undefined
    : `the key ${active} is another one than that of the workers`;
}

/**
 * Refuses a client that suits no announced account. A single one may be left from before the keys changed:
 * sending looks at each.
 */
export function refuseStranger(accounts: KnownAccounts, own: AnnouncedEncryption): void {
  const told = accounts.all().filter(({ encryption }) => encryption !== undefined);
  const mismatches = told.flatMap(({ encryption }) => mismatch(encryption, own) ?? []);
  const [first] = mismatches;
  if (first === undefined || mismatches.length < told.length) return;
  throw new HermodInputError([{ path: "encryption", message: first }]);
}

/** What is wrong between this client's keys and the accounts of a message's route: one issue at most. */
export function keyIssues(
  { route, account }: ParsedMessageInput,
  accounts: KnownAccounts,
  own: AnnouncedEncryption,
): InputIssue[] {
  const names = route ?? (account === undefined ? [] : [account]);
  const [first] = names.flatMap((name) => mismatch(accounts.get(name)?.encryption, own) ?? []);
  return first === undefined ? [] : [{ path: "encryption", message: first }];
}
