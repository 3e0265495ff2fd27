import type { Mark, Step } from "./history.ts";
import type { Reason } from "./record.ts";
import type { State } from "./state.ts";

/** What a step cannot tell by itself. */
export interface StepContext {
  /** The state and the account before it, and the account from then on. */
  readonly before: State;
  readonly from: string;
  readonly account: string;
  /** Of the record, which steps name by number. */
  readonly anomalies: readonly string[];
  /** Where an attempt was made. */
  accountOf(n: number): string;
}

/** A step in words for a person. */
export function wordsOf(step: Step, context: StepContext): string {
  const folded = numberOf(step, "folded");
  if (folded !== undefined) return `${folded} steps, the last of them: ${step.state}`;
  const moved = step.state !== context.before;
  const code = step.code === undefined ? "" : ` (${step.code})`;
  const said = [
    ...(moved ? [movedTo(step, context) + code] : []),
    ...step.marks.flatMap((mark) => beside(mark, moved, context)),
  ];
  return said.join("; ");
}

function movedTo(step: Step, { before, from, account }: StepContext): string {
  const { state, reason } = step;
  switch (state) {
    case "queued":
      return queuedAgain(reason, before, from, account);
    case "held":
      return `held, because ${from} is at fault or stopped`;
    case "sending":
      return `attempt ${numberOf(step, "began") ?? "?"} begins at ${account}`;
    case "unconfirmed":
      return reason === "lease_ended"
        ? "in doubt: whoever made the attempt was lost"
        : "in doubt: the request may have been taken, and there is no proof";
    case "submitted":
      return "taken by the provider";
    case "sent":
      return "passed on to the network";
    default:
      return ENDS[`${state} ${reason}`] ?? state;
  }
}

/** Final states whose name does not tell enough. */
const ENDS: Readonly<Record<string, string>> = {
  "undelivered by_network": "undelivered, as the network says",
  "rejected by_provider": "rejected by the provider",
  "expired before_send": "expired before it could be sent",
  "expired at_provider": "expired at the provider",
  "suppressed stop_list": "not sent: the number is on a stop list",
  "canceled by_producer": "canceled by its producer",
  "failed attempts_exhausted": "given up: no attempt was taken, and no retry is left",
  "failed poison": "given up: whoever had it in hand died, too often",
  "unknown never_confirmed": "unknown: nobody could tell until the end whether it was taken",
  "unknown never_reported": "unknown: no final report came in time",
};

function queuedAgain(reason: Reason, before: State, from: string, account: string): string {
  switch (reason) {
    case "failover":
      return `${from} gives it up, ${account} takes over`;
    case "rate":
      return "not taken: the provider asks for a pause";
    case "retry":
      return before === "held" ? `released: ${account} may be tried again` : "not taken, to be tried again";
    default:
      return "given back before it was written";
  }
}

/** What a mark says beside the state. */
function beside(
  { what, n }: Mark,
  moved: boolean,
  { accountOf, anomalies, from, account, before }: StepContext,
): string[] {
  const why = before === "unconfirmed" ? "in doubt about an earlier one" : "for want of a final report";
  switch (what) {
    case "anomaly":
      return [`contradiction: ${anomalies[n] ?? "of before"}`];
    case "absent":
      return [`the provider does not know it, asked for the ${n === 1 ? "first" : "second"} time`];
    case "accepted":
      return moved ? [] : [`attempt ${n} at ${accountOf(n)} was taken`];
    case "doubted":
      return moved ? [] : [`no proof whether attempt ${n} at ${accountOf(n)} was taken`];
    case "denied":
      return moved ? [] : [`attempt ${n} at ${accountOf(n)} was not taken`];
    case "began":
      return moved ? [] : [`attempt ${n} begins at ${account}, ${why}`];
    case "account":
      return moved ? [] : [`${account} takes over from ${from}, ${why}`];
    case "folded":
      return [];
    default:
      return what satisfies never;
  }
}

function numberOf({ marks }: Step, wanted: Mark["what"]): number | undefined {
  return marks.find(({ what }) => what === wanted)?.n;
}
