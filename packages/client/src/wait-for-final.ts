import type { RedisLink } from "@hermod/broker/connect";
import { type FinalSignal, openFinalSignal } from "@hermod/broker/final-signal";
import type { Broker } from "@hermod/broker/open-broker";
import { HermodInputError } from "@hermod/core/input-error";
import { MessageId } from "@hermod/core/job";
import { type MessageView, viewOf } from "@hermod/core/view";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { type Deadline, openDeadline } from "./within-deadline.ts";

/** While Redis is away, it is tried again this often. */
const AWAY_PAUSE_MS = 1000;

/** A connection that is lost without a word brings no news: the message is looked at this often anyway. */
const SLOW_LOOK_MS = 15_000;

/**
 * Its own connection waits for Redis without end. When it does not answer within less than a deadline it is
 * replaced: one that is lost without a word would refuse each new wait.
 */
const LISTENING = { maxRetriesPerRequest: null, enableOfflineQueue: true, socketTimeout: 1500 } as const;

export interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface Waiting {
  waitForFinal(id: string, options?: WaitOptions): Promise<MessageView>;
}

export interface WaitingParts {
  readonly another: RedisLink["another"];
  readonly current: () => Promise<Broker>;
  /** Ends every wait with its reason. */
  readonly closed: AbortSignal;
  readonly slowLookMs?: number;
}

/** The message as its producer sees it, or undefined when there is none. */
export async function viewById({ store }: Broker, id: string): Promise<MessageView | undefined> {
  const [found] = await store.load([id]);
  if (found?.kind === "unreadable") throw unreadable(found.why);
  return found?.kind === "record" ? viewOf(found.record) : undefined;
}

/** The message is there; what became of it only somebody with other keys or a newer version can tell. */
export function unreadable(why: string): HermodUnavailableError {
  return new HermodUnavailableError(`the record cannot be read: ${why}`);
}

/** Waits for final states, on a connection of its own that is opened at the first wait. */
export function openWaiting(parts: WaitingParts): Waiting {
  const { another, current, closed, slowLookMs = SLOW_LOOK_MS } = parts;
  let signal: FinalSignal | undefined;
  const listen = async (id: string, wake: () => void, end: AbortSignal): Promise<AsyncDisposable> => {
    const deadline = openDeadline(end);
    const { installation } = await deadline.within(current);
    // There are no messages yet, and where they will be told of is not known.
    if (!installation.fixed) throw noSuchMessage();
    signal ??= openFinalSignal(another(LISTENING), installation.keys);
    const { watch } = signal;
    return await watchWithin(deadline, () => watch(id, wake));
  };

  return {
    async waitForFinal(id, { signal: given, timeoutMs } = {}) {
      const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
      const end = AbortSignal.any([closed, given, timeout].filter((one) => one !== undefined));
      end.throwIfAborted();
      if (!MessageId.safeParse(id).success) throw noSuchMessage();
      let news = Promise.withResolvers<void>();
      const wake = (): void => news.resolve();
      // Listening comes before looking: what happens in between is heard, and what came first is seen.
      const watch = await listen(id, wake, end);
      end.addEventListener("abort", wake, { once: true });
      try {
        for (;;) {
          news = Promise.withResolvers<void>();
          const view = await look(current, id, end);
          if (view === "gone") throw noSuchMessage();
          if (view !== "away" && view.final) return view;
          end.throwIfAborted();
          await newsWithin(view === "away" ? AWAY_PAUSE_MS : slowLookMs, news);
        }
      } finally {
        end.removeEventListener("abort", wake);
        await watch[Symbol.asyncDispose]();
      }
    },
  };
}

/** A subscription that comes after we gave up waiting for it is ended again. */
async function watchWithin(
  deadline: Deadline,
  watch: () => Promise<AsyncDisposable>,
): Promise<AsyncDisposable> {
  let asked: Promise<AsyncDisposable> | undefined;
  try {
    return await deadline.within(() => {
      asked = watch();
      return asked;
    });
  } catch (error) {
    asked?.then(
      (late) => late[Symbol.asyncDispose](),
      () => {},
    );
    throw error;
  }
}

/** Redis away is no reason to give up a wait: its return is news, and then we look again. */
async function look(
  current: () => Promise<Broker>,
  id: string,
  end: AbortSignal,
): Promise<MessageView | "gone" | "away"> {
  try {
    return (await openDeadline(end).within(async () => await viewById(await current(), id))) ?? "gone";
  } catch (error) {
    if (error instanceof HermodUnavailableError) return "away";
    throw error;
  }
}

/** Ends with the news, or without any after that time. */
async function newsWithin(ms: number, news: PromiseWithResolvers<void>): Promise<void> {
  const timer = setTimeout(news.resolve, ms);
  await news.promise;
  clearTimeout(timer);
}

function noSuchMessage(): HermodInputError {
  return new HermodInputError([{ path: "id", message: "no such message" }]);
}
