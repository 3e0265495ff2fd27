import type { Phase } from "@hermod/core/outcome";
import type { Dispatcher } from "undici";
import { isLasting, mayBeWritten } from "./ask-before-write.ts";

/** A whole answer. `text` is empty where the body is not UTF-8, so that such a body is never understood. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** By small-letter name, values in the order they came. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/**
 * A request without a whole answer. `written: false` is proof that not one byte of it was, or ever will be, written.
 * `detail` is a code word such as `ECONNRESET`: never a body, an address or a header.
 */
export type Failed =
  | {
      readonly kind: "failed";
      readonly written: false;
      readonly phase: Phase & ("guard" | "connect");
      readonly detail: string;
    }
  | {
      readonly kind: "failed";
      readonly written: true;
      readonly phase: Phase & ("headers" | "body");
      readonly detail: string;
    };

export type HttpResult = Answer | Failed;

/** The values of a header, by its name in small letters. */
export function headerValues({ headers }: Answer, name: string): readonly string[] {
  const values = headers[name] ?? [];
  return typeof values === "string" ? [values] : values;
}

/** How long, and until whose call, a request may take. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends one request and tells how far it came. Never rejects. Not `pool.request()`, for two reasons: that one ignores its
 * signal while a request waits for a connection, so a request given up could still be written later; and it does not tell
 * its caller when the write begins.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  limits: Limits,
): Promise<HttpResult> {
  const { promise, resolve } = Promise.withResolvers<HttpResult>();
  const handler = new Exchange(limits, resolve);
  handler.begin(() => dispatcher.dispatch(options, handler));
  return promise;
}

/** A short word for what went wrong. A message could hold an address or a part of a body; a code or a name cannot. */
function wordOf(error: Error): string {
  const word = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return /^[A-Za-z][A-Za-z0-9_]{1,60}$/.test(word) ? word : "error";
}

/** `ignoreBOM: true` leaves a byte order mark in the text, where no strict reader takes it. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(body: Buffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    return "";
  }
}

/**
 * undici's view of one request. The proof of "not one byte written" is that `onRequestStart` never let the request pass:
 * undici calls it on this very object, in the same synchronous turn in which it publishes `undici:client:sendHeaders` and
 * then writes the first byte. It says what the channel says, but it cannot be tied to the wrong request, and a request that
 * was given up (deadline, abort, shutdown) is refused there, however long it waited for a connection.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: Limits;
  readonly #resolve: (result: HttpResult) => void;
  readonly #startedAt = performance.now();
  readonly #chunks: Buffer[] = [];
  #phase: "guard" | "connect" | "headers" | "body" | "over" = "guard";
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Answer["headers"] = {};

  constructor(limits: Limits, resolve: (result: HttpResult) => void) {
    this.#limits = limits;
    this.#resolve = resolve;
  }

  begin(dispatch: () => void): void {
    const { signal, timeoutMs } = this.#limits;
    if (signal.aborted) {
      this.#fail("aborted");
      return;
    }
    // Not AbortSignal.timeout(): its timer cannot be cleared, and there may be a thousand requests a second.
    this.#timer = setTimeout(() => this.#giveUp("deadline"), timeoutMs);
    if (!isLasting(signal)) signal.addEventListener("abort", this.#onAbort, { once: true });
    dispatch();
    // An error that came within dispatch() was a request that undici would not take; from here on it waits for a connection.
    if (this.#phase === "guard") this.#phase = "connect";
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const waiting = this.#phase === "guard" || this.#phase === "connect";
    const late = performance.now() - this.#startedAt > this.#limits.timeoutMs;
    if (waiting && !late && mayBeWritten(this.#limits.signal)) {
      this.#controller = controller;
      this.#phase = "headers";
      return;
    }
    // Late without the timer having run: the process was frozen, and woke up with the connection made; or the account's limit
    // does not let it go any more.
    if (waiting) this.#phase = "guard";
    // Not waiting and not over: undici starts a request again whose connection it lost. A second write could be a second
    // message.
    this.#fail(waiting ? "late" : "replay");
    // Thrown, not aborted: undici drops this request alone, while an abort would also close the connection, and under
    // overload each request that waited too long would cost one.
    throw new Error("withdrawn");
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer["headers"]): void {
    if (status < 200 || this.#phase === "over") return;
    this.#phase = "body";
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const text = decode(Buffer.concat(this.#chunks));
    this.#settle({ kind: "answer", status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(wordOf(error));
  }

  #onAbort = (): void => this.#giveUp("aborted");

  #giveUp(detail: string): void {
    this.#fail(detail);
    this.#controller?.abort(new Error(detail));
  }

  #fail(detail: string): void {
    const phase = this.#phase;
    if (phase === "guard" || phase === "connect")
      this.#settle({ kind: "failed", written: false, phase, detail });
    if (phase === "headers" || phase === "body")
      this.#settle({ kind: "failed", written: true, phase, detail });
  }

  #settle(result: HttpResult): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    clearTimeout(this.#timer);
    const { signal } = this.#limits;
    if (!isLasting(signal)) signal.removeEventListener("abort", this.#onAbort);
    this.#resolve(result);
  }
}
