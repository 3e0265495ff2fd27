import type { MessageRecord, Reason } from "./record.ts";
import type { State } from "./state.ts";
import { type Cause, summed, type Wait, waitsOf } from "./wait.ts";

/** Something that a step brought beside the state: an attempt by its number, an account by its place in the route, … */
export interface Mark {
  readonly what: keyof typeof MARKS;
  readonly n: number;
}

/** One thing that happened to a message, and what it had waited for since the one before. */
export interface Step {
  /** The state it was in from then on, and why. */
  readonly state: State;
  readonly reason: Reason;
  readonly code?: string;
  readonly marks: readonly Mark[];
  readonly waits: readonly Wait[];
}

const STATE_LETTERS = {
  queued: "q",
  held: "h",
  sending: "g",
  unconfirmed: "u",
  submitted: "b",
  sent: "s",
  delivered: "d",
  read: "r",
  undelivered: "n",
  rejected: "j",
  expired: "x",
  canceled: "c",
  suppressed: "z",
  failed: "f",
  unknown: "k",
} as const satisfies Record<State, string>;

const REASON_LETTERS = {
  ready: "",
  schedule: "s",
  rate: "r",
  retry: "t",
  failover: "f",
  account: "a",
  no_answer: "n",
  lease_ended: "l",
  before_send: "b",
  at_provider: "p",
  attempts_exhausted: "x",
  poison: "z",
  never_confirmed: "c",
  never_reported: "e",
  by_producer: "u",
  stop_list: "o",
  by_provider: "v",
  by_network: "w",
} as const satisfies Record<Reason, string>;

const MARKS = {
  /** Attempt n began, was taken, may have been taken, was not taken. */
  began: "#",
  accepted: "=",
  doubted: "?",
  denied: "-",
  /** The provider did not know it, for the nth time in a row. */
  absent: "/",
  /** The nth account of the route took over, counted from 0. */
  account: "@",
  /** The nth of the record's anomalies, counted from 0. */
  anomaly: "!",
  /** This one stands for so many. */
  folded: "*",
} as const;

const CAUSE_LETTERS = {
  schedule: "s",
  queue: "q",
  rate: "r",
  breaker: "b",
  retry: "t",
  settle: "w",
  provider: "p",
} as const satisfies Record<Cause, string>;

/** Longer than that only a life can be that waits again and again; then its oldest steps become one. */
const MOST_LENGTH = 600;
const MOST_STEPS = 30;
const MOST_CODE = 32;

/**
 * The history with one more step, if the change from `before` to `after` is one: its state, its account, an
 * attempt or what contradicts. A step is a few bytes, and holds nothing that the record's public part does not.
 * `at` is when a change is recorded that has no time of its own.
 */
export function withStep(
  before: MessageRecord,
  after: MessageRecord,
  at: number,
  limitedMs?: number,
): string | undefined {
  const marks = marksOf(before, after);
  const moved = after.state !== before.state;
  if (!moved && marks.length === 0) return before.history;
  const { history = "" } = before;
  const to = moved || after.attempt > before.attempt ? after.updatedAt : at;
  const from = before.acceptedAt + passedMs(history);
  const step = written({
    state: after.state,
    reason: after.reason,
    ...(moved && after.code !== undefined ? { code: after.code } : {}),
    marks,
    waits: waitsOf(before, { from, to, limitedMs }, after.reason),
  });
  const next = history === "" ? step : `${history};${step}`;
  return next.length > MOST_LENGTH ? shortened(next) : next;
}

/** The two oldest steps become one, and so on, until there are few enough. */
function shortened(history: string): string {
  const steps = stepsOf(history);
  while (steps.length > MOST_STEPS) {
    const [one, other, ...rest] = steps;
    if (one === undefined || other === undefined) break;
    steps.splice(0, steps.length, folded(one, other), ...rest);
  }
  return steps.map(written).join(";");
}

/** The steps of a history, in order; what a newer version wrote and this one cannot read is left out. */
export function stepsOf(history: string | undefined): Step[] {
  return (history ?? "").split(";").flatMap((text) => readStep(text) ?? []);
}

function marksOf(before: MessageRecord, after: MessageRecord): Mark[] {
  const marks: Mark[] = [];
  const place = after.route.indexOf(after.account);
  if (after.account !== before.account) marks.push({ what: "account", n: Math.max(0, place) });
  if (after.attempt > before.attempt) marks.push({ what: "began", n: after.attempt });
  if (after.attempts !== before.attempts) marks.push(...verdicts(before, after));
  if (after.absences > before.absences) marks.push({ what: "absent", n: after.absences });
  for (let n = before.anomalies.length; n < after.anomalies.length; n += 1) {
    marks.push({ what: "anomaly", n });
  }
  return marks;
}

function verdicts(before: MessageRecord, after: MessageRecord): Mark[] {
  const changed = after.attempts.flatMap(({ n, verdict }): Mark[] => {
    if (verdict === "open" || before.attempts.find((one) => one.n === n)?.verdict === verdict) return [];
    return [{ what: verdict === "accepted" ? "accepted" : "doubted", n }];
  });
  const gone = before.attempts.flatMap(({ n, account }): Mark[] => {
    const stays = after.attempts.some((one) => one.n === n);
    // What its provider sorted out as the same message went into the attempt that was accepted.
    const isTwin = after.attempts.some((one) => one.account === account && one.verdict === "accepted");
    return stays || isTwin ? [] : [{ what: "denied", n }];
  });
  return [...changed, ...gone];
}

function written({ state, reason, code, marks, waits }: Step): string {
  const said = marks.map(({ what, n }) => MARKS[what] + n.toString(36)).join("");
  const word = code === undefined ? "" : `~${code.replace(/[^\w.:-]/g, "_").slice(0, MOST_CODE)}`;
  const waited = waits.map(({ cause, ms }) => `,${CAUSE_LETTERS[cause]}${ms.toString(36)}`).join("");
  return STATE_LETTERS[state] + REASON_LETTERS[reason] + said + word + waited;
}

const STEP = /^([a-z])([a-z]?)((?:[#=?\-/@!*][0-9a-z]+)*)(?:~([^;,]*))?((?:,[a-z][0-9a-z]+)*)$/;
const MARK = /([^\w,])([0-9a-z]+)/g;
const WAIT = /,([a-z])([0-9a-z]+)/g;

function readStep(text: string): Step | undefined {
  const [, stateLetter, reasonLetter, marks = "", code, waits = ""] = STEP.exec(text) ?? [];
  const state = keyOf(STATE_LETTERS, stateLetter);
  const reason = keyOf(REASON_LETTERS, reasonLetter);
  if (state === undefined || reason === undefined) return undefined;
  return {
    state,
    reason,
    ...(code === undefined ? {} : { code }),
    marks: numbered(marks, MARK, MARKS).map(([what, n]) => ({ what, n })),
    waits: numbered(waits, WAIT, CAUSE_LETTERS).map(([cause, ms]) => ({ cause, ms })),
  };
}

function numbered<Name extends string>(
  text: string,
  pattern: RegExp,
  signs: Readonly<Record<Name, string>>,
): [Name, number][] {
  return [...text.matchAll(pattern)].flatMap(([, sign, digits = ""]): [Name, number][] => {
    const name = keyOf(signs, sign);
    return name === undefined ? [] : [[name, Number.parseInt(digits, 36)]];
  });
}

function keyOf<Name extends string>(
  signs: Readonly<Record<Name, string>>,
  wanted: string | undefined,
): Name | undefined {
  return (Object.keys(signs) as Name[]).find((name) => signs[name] === wanted);
}

/** Everything that was waited for so far: the time of the last step, counted from acceptance. */
function passedMs(history: string): number {
  let ms = 0;
  for (let from = history.indexOf(","); from >= 0; from = history.indexOf(",", from + 1)) {
    // The digits end before whatever separates waits and steps.
    ms += Number.parseInt(history.slice(from + 2, from + 12), 36);
  }
  return ms;
}

/** Two steps as one that tells where they ended and all that they waited for. */
function folded(one: Step, other: Step): Step {
  const steps = [one, other];
  const count = steps.reduce((sum, { marks }) => sum + (marks.find(isFolded)?.n ?? 1), 0);
  const moved = steps.flatMap(({ marks }) => marks.filter(({ what }) => what === "account")).slice(-1);
  return {
    ...other,
    marks: [{ what: "folded", n: count }, ...moved],
    waits: summed([...one.waits, ...other.waits]),
  };
}

function isFolded({ what }: Mark): boolean {
  return what === "folded";
}
