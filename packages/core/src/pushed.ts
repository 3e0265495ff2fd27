import { apply } from "./apply.ts";
import type { Capabilities } from "./capabilities.ts";
import { type AccountBase, checkOf, type Settings, termsOf } from "./config.ts";
import { firstAskAt } from "./first-ask.ts";
import { pollTermsOf } from "./polling/account-terms.ts";
import { exactScore } from "./polling/due-score.ts";
import type { Following } from "./polling/following.ts";
import { questionAbout } from "./question.ts";
import { askedAccount, askedAttempt, type MessageRecord } from "./record.ts";
import type { Report } from "./report.ts";
import { isFollowed } from "./state.ts";
import type { Terms } from "./terms.ts";

/** What a provider names a message by in what it pushes: its own id, or our reference where it repeats that. */
export interface PushedName {
  readonly providerId?: string;
  readonly reference?: number;
}

/** Longer names are no provider's. */
const LONGEST = 200;

/** The name as one text, the same for whoever writes it into the index and whoever looks there; undefined without a name. */
export function identityOf({ providerId, reference }: PushedName): string | undefined {
  if (reference !== undefined) return `r${reference}`;
  return providerId === undefined || providerId.length > LONGEST ? undefined : `i${providerId}`;
}

/** How messages of an account are found by what is pushed about them. */
export interface PushIndexing {
  /** How long after it became known a name is kept: for as long as there can be a record. */
  readonly keptMs: number;
  /** Whether the provider repeats our reference. */
  readonly references: boolean;
}

/** How the messages of each account are indexed; of one that takes no pushes, not at all. */
export function pushIndexings<Account extends AccountBase>(
  settings: Settings,
  accounts: Readonly<Record<string, Account>>,
  capabilitiesOf: (account: Account) => Capabilities,
): (account: string) => PushIndexing | undefined {
  return (name) => {
    const account = accounts[name];
    if (account?.pushToken === undefined) return undefined;
    const keptMs = checkOf(settings, account).horizonMs + settings.retention.recordMs;
    return { keptMs, references: capabilitiesOf(account).lookup === "byReference" };
  };
}

/** A name that a change of a record made known, and the account whose provider says it. */
export interface NewIdentity {
  readonly account: string;
  readonly identity: string;
}

/** The names that a change made known. An accepted attempt tells its reference once more: whatever waits for it may go on. */
export function newIdentities(before: MessageRecord, after: MessageRecord): NewIdentity[] {
  if (before.attempts === after.attempts && before.references === after.references) return [];
  const names = Object.entries(after.references ?? {}).flatMap(([account, reference]) =>
    before.references?.[account] === reference ? [] : [{ account, reference }],
  );
  const accepted = after.attempts.flatMap(({ n, account, providerId }) => {
    if (providerId === undefined) return [];
    if (before.attempts.some((other) => other.n === n && other.providerId === providerId)) return [];
    const reference = after.references?.[account];
    return [{ account, providerId }, ...(reference === undefined ? [] : [{ account, reference }])];
  });
  return [...names, ...accepted].flatMap(({ account, ...name }) => {
    const identity = identityOf(name);
    return identity === undefined ? [] : [{ account, identity }];
  });
}

/** A statement that came by itself. */
export interface PushedEvidence {
  /** The account at whose address it came in. */
  readonly account: string;
  readonly report: Report;
  /** Whether its word on a final state counts. */
  readonly trusted: boolean;
}

interface Now {
  readonly at: number;
  readonly terms: Terms;
  readonly following: Following;
  /** In [0, 1). */
  readonly chance: number;
}

/**
 * What a push does to a message. `applied`: the record says what was pushed. `asks`: the provider is asked at once. `waits`: the
 * request is still on the wire, and only then anybody can be asked. `nothing`: it is no news, or not this account's to tell.
 */
export interface PushEffect {
  readonly kind: "applied" | "asks" | "waits" | "nothing";
  readonly after: MessageRecord;
  readonly dueAt: number | undefined;
}

/**
 * Decides about a push. Nobody signs one, so that without trust a final state is a reason to ask and nothing more, at most once in
 * the shortest wait between two checks however often it is repeated.
 */
export function applyPushed(
  record: MessageRecord,
  { account, report, trusted }: PushedEvidence,
  { at, terms, following, chance }: Now,
): PushEffect {
  const nothing: PushEffect = { kind: "nothing", after: record, dueAt: undefined };
  const isHere = askedAccount(record) === account;
  // Of an earlier account only an arrival counts: what failed there may have gone well where the message went next.
  if (!isHere && !(trusted && isArrival(report))) return nothing;
  if (trusted || (isFollowed(record.state) && !isConclusive(report))) {
    const attempt = isHere ? askedAttempt(record)?.n : undefined;
    const about = attempt === undefined ? {} : { attempt };
    const after = apply(record, { type: "report", at, report, terms, ...about });
    if (after === record) return nothing;
    return { kind: "applied", after, dueAt: firstAskAt(record, after, { at, terms, following, chance }) };
  }
  if (record.state === "sending") return { ...nothing, kind: "waits" };
  const dueAt = askAtOnce(record, account, { at, terms, following });
  return dueAt === undefined ? nothing : { kind: "asks", after: record, dueAt };
}

/** When the account's provider is to be asked about a message that it hinted at; undefined when there is nothing to ask. */
export function askAtOnce(
  record: MessageRecord,
  account: string,
  { at, terms, following }: Omit<Now, "chance">,
): number | undefined {
  const lookup = terms.resolution === "ask" ? "byReference" : "none";
  if (questionAbout(record, { name: account, lookup }) === undefined) return undefined;
  return exactScore(Math.max(at, (record.checkedAt ?? 0) + following.poll.minMs));
}

function isArrival({ kind }: Report): boolean {
  return kind === "delivered" || kind === "read";
}

/** A failure that may not be the last word becomes one at the horizon. */
function isConclusive({ kind, tentative }: Report): boolean {
  return (kind !== "pending" && kind !== "sent" && kind !== "unmapped") || tentative !== undefined;
}

/** What is needed to decide about pushes of an account. */
export interface PushTerms {
  readonly trusted: boolean;
  readonly terms: Terms;
  readonly following: Following;
}

/** The push terms of an account. */
export function pushTermsOf(
  settings: Settings,
  account: AccountBase,
  capabilities: Pick<Capabilities, "reference" | "lookup" | "statusBatch">,
): PushTerms {
  return {
    trusted: account.trustPush,
    terms: termsOf(settings, account, capabilities),
    following: {
      poll: pollTermsOf(checkOf(settings, account), capabilities.statusBatch),
      // The next look at what was just pushed about need not be exact.
      learnedOf: () => ({ silence: 1 }),
    },
  };
}
