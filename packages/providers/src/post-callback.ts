import type { CallbackFailure, CallbackOutcome } from "@hermod/core/callback";
import type { Callbacks } from "@hermod/core/callback-settings";
import { Webhook } from "standardwebhooks";
import type { HttpResult } from "./exchange.ts";
import { NOT_ALLOWED, publicOr } from "./guarded-connector.ts";
import { openHttp } from "./http.ts";
import { retryAfterMs } from "./retry-after.ts";

/** What is posted: the name that stays the same when it is posted again, and the text. */
export interface CallbackPost {
  readonly id: string;
  readonly body: string;
}

/** The endpoint that takes a producer's callbacks. */
export interface CallbackEndpoint extends AsyncDisposable {
  /** Posts once, signed at `now` (epoch milliseconds). Never rejects. */
  post(callback: CallbackPost, now: number): Promise<CallbackOutcome>;
}

/** A callback that is given up is only ended by its deadline. */
const UNTIL_ITS_DEADLINE = new AbortController().signal;

/**
 * Opens an endpoint: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Taken is what is
 * answered with 2xx, in time and in at most 64 KB; no redirect is followed. Throws if `caFile` cannot be read.
 */
export function openCallbackEndpoint(
  { url, secrets, caFile }: Callbacks["producers"][string],
  { timeoutMs, connections, allowedNetworks }: Callbacks,
): CallbackEndpoint {
  const { origin, pathname, search } = new URL(url);
  const http = openHttp(
    { baseUrl: origin, connections, timeoutMs, caFile },
    { mayConnect: publicOr(allowedNetworks) },
  );
  const signers = secrets.map((secret) => new Webhook(secret.reveal()));
  return {
    async post({ id, body }, now) {
      const at = new Date(now);
      const headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Hermod",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now / 1000)),
        "webhook-signature": signers.map((signer) => signer.sign(id, at, body)).join(" "),
      };
      const request = { method: "POST", path: pathname + search, headers, body } as const;
      return outcomeOf(await http.request(request, UNTIL_ITS_DEADLINE), now);
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

function outcomeOf(result: HttpResult, now: number): CallbackOutcome {
  if (result.kind === "failed")
    return { kind: "failed", failure: FAILURES[result.detail] ?? "unreachable", detail: result.detail };
  const { status } = result;
  if (status >= 200 && status < 300) return { kind: "taken" };
  const failure = status === 410 ? "gone" : status >= 300 && status < 400 ? "redirected" : "answered";
  const waitMs = retryAfterMs(result, now);
  return {
    kind: "failed",
    failure,
    detail: `http_${status}`,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

const FAILURES: Readonly<Record<string, CallbackFailure>> = {
  deadline: "timeout",
  late: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too_long",
  [NOT_ALLOWED]: "not_allowed",
};
