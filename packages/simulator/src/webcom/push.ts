import { setInterval } from "node:timers/promises";
import { isObject, readBody } from "../request.ts";
import type { Step } from "../timeline.ts";
import { accountTime } from "./account-time.ts";
import type { WebcomMessage } from "./message.ts";

/** Where and how states are pushed (docs/providers/webcom.md §6). */
export interface PushOptions {
  readonly url: string;
  /** Between two rounds, in real time: new states go out, and what is not acknowledged goes again. Absent: only `pushDue`. */
  readonly everyMs?: number;
  /** How often a state goes out before it is given up; the document's 5 when absent, the first time counted. */
  readonly attempts?: number;
  /** Of one push, 100 when absent; no document says. */
  readonly mostStates?: number;
  /** How long an acknowledgement may take, 10 s when absent; no document says. */
  readonly timeoutMs?: number;
  /** `text/json; charset=utf-8` when absent; no document says. */
  readonly contentType?: string;
  /** `id_sms` as a number, as the table has it; the example shows text. */
  readonly numericIds?: boolean;
  /** The latest state first, as when a later push overtakes an earlier one. */
  readonly reversed?: boolean;
  /** Each state stands in a push twice. */
  readonly doubled?: boolean;
}

/** A push that went out, whatever came back. */
export interface LoggedPush {
  /** Epoch ms. */
  readonly at: number;
  readonly states: readonly PushedState[];
  /** The HTTP status of the answer; absent when there was none. */
  answered?: number;
  acknowledgedIds: readonly string[];
}

export interface PushedState {
  readonly id_sms: string | number;
  readonly time: string;
  readonly state: string;
}

interface Pending {
  readonly id: string;
  readonly state: PushedState;
  attempts: number;
}

export interface Pushes {
  readonly log: readonly LoggedPush[];
  /** Pushes what is due, after any round that is under way; settles when all answers are in. */
  pushDue(): Promise<void>;
  /** Makes rounds until the signal; settles then. */
  run(): Promise<void>;
}

export function openPushes(
  messages: readonly WebcomMessage[],
  options: PushOptions,
  { timeZone, now, signal }: { timeZone: string; now: () => number; signal: AbortSignal },
): Pushes {
  const { attempts = 5, mostStates = 100, everyMs } = options;
  const log: LoggedPush[] = [];
  const told = new Map<WebcomMessage, number>();
  let pending: Pending[] = [];
  let last: Promise<void> = Promise.resolve();

  function collect(): void {
    for (const message of messages) {
      const due = message.timeline.filter(({ afterMs }) => message.at + afterMs <= now());
      pending.push(...due.slice(told.get(message) ?? 0).map((step) => pendingOf(message, step)));
      told.set(message, due.length);
    }
  }

  function pendingOf({ id, at }: WebcomMessage, { afterMs, status }: Step): Pending {
    const id_sms = options.numericIds === true ? Number(id) : id;
    return { id, state: { id_sms, time: accountTime(at + afterMs, timeZone), state: status }, attempts: 0 };
  }

  async function round(): Promise<void> {
    collect();
    const ordered = options.reversed === true ? pending.toReversed() : pending;
    for (let first = 0; first < ordered.length && !signal.aborted; first += mostStates) {
      await push(ordered.slice(first, first + mostStates));
    }
    pending = pending.filter((one) => one.attempts < attempts);
  }

  async function push(group: readonly Pending[]): Promise<void> {
    const states = group.flatMap(({ state }) => (options.doubled === true ? [state, state] : [state]));
    const entry: LoggedPush = { at: now(), states, acknowledgedIds: [] };
    log.push(entry);
    const { status, ids } = await post(states, options, signal);
    if (status !== undefined) entry.answered = status;
    entry.acknowledgedIds = ids;
    for (const one of group) one.attempts = ids.includes(one.id) ? attempts : one.attempts + 1;
  }

  function pushDue(): Promise<void> {
    last = last.then(round);
    return last;
  }

  return {
    log,
    pushDue,
    run: () => (everyMs === undefined ? Promise.resolve() : repeat(pushDue, everyMs, signal)),
  };
}

async function repeat(work: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of setInterval(everyMs, undefined, { signal })) await work();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

interface Acknowledgement {
  readonly status?: number;
  readonly ids: readonly string[];
}

/** Only an answer of success that is a JSON array of `{id_sms}` acknowledges, and only what it names. */
async function post(
  states: readonly PushedState[],
  { url, contentType = "text/json; charset=utf-8", timeoutMs = 10_000 }: PushOptions,
  signal: AbortSignal,
): Promise<Acknowledgement> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": contentType },
      body: JSON.stringify(states),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const { body } = readBody(await response.text());
    return { status: response.status, ids: response.ok && Array.isArray(body) ? body.flatMap(idOf) : [] };
  } catch {
    return { ids: [] };
  }
}

/** The example acknowledges numbers where the push has text: either names the id. */
function idOf(entry: unknown): string[] {
  const id = isObject(entry) ? entry["id_sms"] : undefined;
  return typeof id === "string" || typeof id === "number" ? [String(id)] : [];
}
