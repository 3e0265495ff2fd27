import { apply } from "./apply.ts";
import { exactScore } from "./polling/due-score.ts";
import { type Following, nextLook } from "./polling/following.ts";
import { askAgainMs } from "./reconcile.ts";
import { askedAttempt, type MessageRecord } from "./record.ts";
import type { Lookup, StatusAnswer } from "./report.ts";
import type { Terms } from "./terms.ts";

/** What a provider said about one message that it was asked about; undefined when it said nothing. */
export type Finding = StatusAnswer | Lookup | undefined;

/** When, on which terms and with which chance in [0, 1) a finding is applied. */
interface Now {
  readonly at: number;
  readonly terms: Terms;
  readonly chance: number;
  readonly following: Following;
  /** How many messages the provider was asked about as a whole, where it is asked so. */
  readonly group?: number | undefined;
}

/**
 * What a finding does to a message, and when to ask again, as the score in the due index. `asked` is how the record was when the
 * question was put.
 */
export function applyFinding(
  current: MessageRecord,
  asked: MessageRecord,
  finding: Finding,
  now: Now,
): { readonly after: MessageRecord; readonly dueAt: number | undefined } {
  const { at, terms, following, chance, group } = now;
  const answered = finding !== undefined && finding.kind !== "unavailable";
  const after = learned(apply(current, { type: "checked", at, answered }), asked, finding, now);
  const dueAt =
    after.state === "unconfirmed"
      ? exactScore(at + askAgainMs(terms))
      : nextLook(after, at, following, chance, group);
  return { after, dueAt };
}

/** No answer is no evidence. */
function learned(current: MessageRecord, asked: MessageRecord, finding: Finding, now: Now): MessageRecord {
  switch (finding?.kind) {
    case "report": {
      const { at, terms } = now;
      const attempt = askedAttempt(asked)?.n;
      const about = attempt === undefined ? {} : { attempt };
      return apply(current, { type: "report", at, terms, report: finding.report, ...about });
    }
    case "found": {
      const { providerId, report } = finding;
      const attempt = asked.attempts.find(
        ({ account, verdict }) => account === asked.account && verdict === "maybeSent",
      );
      const outcome = { kind: "accepted", ...(providerId === undefined ? {} : { providerId }) } as const;
      const taken = apply(current, {
        type: "outcome",
        ...now,
        attempt: attempt?.n ?? asked.attempt,
        outcome,
      });
      return report === undefined ? taken : apply(taken, { type: "report", ...now, report });
    }
    case "absent":
      // What was written since the question was put is not what it was about.
      return current.attempt === asked.attempt ? apply(current, { type: "absent", ...now }) : current;
    case "unavailable":
    case undefined:
      return current;
    default:
      return finding satisfies never;
  }
}
