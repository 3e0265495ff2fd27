import type { AccountBase } from "@hermod/core/config";
import { Pool } from "undici";
import { exchange, type HttpResult } from "./exchange.ts";
import { guardedConnector, type MayConnect } from "./guarded-connector.ts";
import { trustOf } from "./trust.ts";

/** What of an account the HTTP client needs. */
export type HttpAccount = Pick<AccountBase, "baseUrl" | "connections" | "timeoutMs" | "caFile">;

interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Below the account's base address; begins with a slash, its variable parts already escaped. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface HttpBounds {
  readonly answerBytes?: number;
  readonly mayConnect?: MayConnect;
}

/** The connections of one account. */
export interface Http extends AsyncDisposable {
  /** One request, written at most once. Never rejects; an abort before the first byte keeps it from ever being written. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResult>;
}

/**
 * The one HTTP client of all adapters. HTTP/1.1 without pipelining, redirects or retries, because each of them can write a
 * request twice; TLS always verified, whatever the environment says; answers bounded in size and time. Disposal lets
 * running requests end, which their deadlines bound. `answerBytes`: the longest body of an answer; `mayConnect`: the addresses that
 * there may be connections to, all of them without it. Throws if `caFile` cannot be read.
 */
export function openHttp(account: HttpAccount, { answerBytes = 65_536, mayConnect }: HttpBounds = {}): Http {
  const base = new URL(account.baseUrl);
  const prefix = base.pathname.endsWith("/") ? base.pathname.slice(0, -1) : base.pathname;
  const pool = openPool(base.origin, account, answerBytes, mayConnect);
  const running = new Set<Promise<HttpResult>>();
  let closed = false;

  return {
    async request({ method, path, headers = {}, body }, signal) {
      if (closed) return { kind: "failed", written: false, phase: "guard", detail: "closed" };
      const result = exchange(
        pool,
        { method, path: prefix + path, headers, body: body ?? null, idempotent: false },
        { signal, timeoutMs: account.timeoutMs },
      );
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all(running);
      // Not pool.close(): it would also wait for a connection attempt that nobody needs any more.
      await pool.destroy();
    },
  };
}

const CONNECT_TIMEOUT_MS = 5000;

function openPool(
  origin: string,
  { connections, timeoutMs, caFile }: HttpAccount,
  answerBytes: number,
  mayConnect: MayConnect | undefined,
): Pool {
  // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
  const tls = { rejectUnauthorized: true, ...(caFile === undefined ? {} : trustOf(caFile)) };
  return new Pool(origin, {
    connections,
    pipelining: 1,
    // HTTP/2 replays refused streams by itself.
    allowH2: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // The deadline is kept by `exchange`. undici's own timers are coarse and end up to half a second early, so this one,
    // the net below it, lies well behind it.
    headersTimeout: timeoutMs + 2000,
    bodyTimeout: 5000,
    maxResponseSize: answerBytes,
    maxHeaderSize: 8192,
    // A server may shorten this by its Keep-Alive header, never lengthen it.
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 4000,
    connect:
      mayConnect === undefined
        ? tls
        : guardedConnector({ ...tls, timeout: CONNECT_TIMEOUT_MS, allowH2: false }, mayConnect),
  });
}
