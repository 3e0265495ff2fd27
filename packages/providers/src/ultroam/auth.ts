import { askingAs } from "../ask-before-write.ts";
import type { Failed, HttpResult } from "../exchange.ts";
import { type Http, openHttp } from "../http.ts";
import type { UltroamAccount } from "./config.ts";
import { openEntrance, tellingOf } from "./entrance.ts";
import { openSessions, type Session, type Sessions } from "./sessions.ts";
import { openTurns } from "./turns.ts";

/** The gateway, as somebody it knows. */
export interface Box extends AsyncDisposable {
  get(path: string, signal: AbortSignal): Promise<HttpResult>;
  /**
   * Writes a request at most once where it can be obeyed. It is written again after a 401 alone, which says that the box
   * did not look at it (docs/providers/ultroam.md §2, G2); a connection that drops says nothing, and repeats nothing.
   */
  post(path: string, body: object, signal: AbortSignal): Promise<HttpResult>;
}

interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
}

/** Harmless, to be asked without credentials: some firmware does not have the first, or the second; the last is asked by POST (§7). */
const PROBES = ["/api/query_sms_in_queue", "/api/get_port_info?info_type=reg", "/api/query_sms_result"];

/** Statuses of a probe that hold for the request itself. */
const TELLING = [403, 429];

/**
 * Opens the connections to a gateway. Throws if `caFile` cannot be read. What the box wants to see is asked for by a GET,
 * since some units drop the connection over a POST without credentials (§2, G1). Each request has a nonce for itself while
 * it is on the wire, and a nonce with a request that came to nothing is not used again: its counts would have a gap.
 */
export function openBox(account: UltroamAccount, now = () => performance.now()): Box {
  const http = openHttp(account);
  const gate = openTurns(account.connections);
  const prefix = new URL(account.baseUrl).pathname.replace(/\/$/, "");
  const door: Door = { http, sessions: openSessions(account, now), prefix };
  const enter = openEntrance((wanted: Request, signal) => authorized(door, wanted, signal), account);

  async function request(wanted: Request, signal: AbortSignal): Promise<HttpResult> {
    if (signal.aborted) return { kind: "failed", written: false, phase: "guard", detail: "aborted" };
    return await withDeadline(account.timeoutMs, signal, async (limited) => {
      if (!(await gate.take(limited))) return notWritten("aborted");
      try {
        return await enter(wanted, limited);
      } finally {
        gate.give();
      }
    });
  }

  return {
    get: (path, signal) => request({ method: "GET", path }, signal),
    post: (path, body, signal) => request({ method: "POST", path, body: JSON.stringify(body) }, signal),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

interface Door {
  readonly http: Http;
  readonly sessions: Sessions;
  /** The path of the base address, a part of what is authorised. */
  readonly prefix: string;
}

/** Makes a request with the session at hand, and once more with the one that a 401 offers. */
async function authorized(door: Door, wanted: Request, signal: AbortSignal): Promise<HttpResult> {
  const session = door.sessions.idle() ?? (await probe(door, signal));
  if ("kind" in session) return session;
  const first = await use(door, session, wanted, signal);
  if (first.kind === "failed" || first.status !== 401) return first;
  const next = door.sessions.offered(first);
  // The same password, shown in the same way, would be refused in the same way.
  if (next === undefined || (next === session && next.scheme === "basic")) return first;
  return tellingOf(first, await use(door, next, wanted, signal));
}

/** Finds out how to be let in; or why the request that is waiting for it cannot be made. */
async function probe({ http, sessions }: Door, signal: AbortSignal): Promise<Session | HttpResult> {
  for (const path of PROBES) {
    const result = await http.request({ method: "GET", path }, signal);
    if (result.kind === "failed") return result.written ? notWritten(result.detail) : result;
    if (result.status === 401) return sessions.offered(result) ?? result;
    if (TELLING.includes(result.status)) return result;
    if (result.status >= 200 && result.status <= 299) break;
    if (result.status < 400 || result.status > 499) return notWritten(`probe_http_${result.status}`);
  }
  return sessions.none;
}

async function use(
  { http, sessions, prefix }: Door,
  session: Session,
  { method, path, body }: Request,
  signal: AbortSignal,
): Promise<HttpResult> {
  if (!(await session.turns.take(signal))) return notWritten("aborted");
  try {
    const authorization = session.authorize(method, prefix + path);
    const headers = {
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const result = await http.request(
      { method, path, headers, ...(body === undefined ? {} : { body }) },
      signal,
    );
    if (result.kind === "answer" && result.status !== 401) sessions.keep(session);
    else sessions.drop(session);
    return result;
  } finally {
    session.turns.give();
  }
}

/** The request that was asked for was not written, whatever was written on the way to it. */
function notWritten(detail: string): Failed {
  return { kind: "failed", written: false, phase: "connect", detail };
}

/** One deadline over everything that a request needs, so that an attempt never outlives its lease. */
async function withDeadline(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<HttpResult>,
): Promise<HttpResult> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), timeoutMs);
  const limited = askingAs(signal, AbortSignal.any([signal, over.signal]));
  const result = await work(limited).finally(() => clearTimeout(timer));
  const ours = result.kind === "failed" && result.detail === "aborted" && !signal.aborted;
  return ours ? { ...result, detail: "deadline" } : result;
}
