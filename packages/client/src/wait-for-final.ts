import { setTimeout } from "node:timers/promises";
import type { RedisLink } from "@hermod/broker/connect";
import { type FinalSignal, openFinalSignal } from "@hermod/broker/final-signal";
import type { Broker } from "@hermod/broker/open-broker";
import { HermodInputError } from "@hermod/core/input-error";
import { MessageId } from "@hermod/core/job";
import { type MessageView, viewOf } from "@hermod/core/view";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { withinDeadline } from "./within-deadline.ts";

/** While Redis is away, it is tried again this often. */
const AWAY_PAUSE_MS = 1000;

export interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface Waiting {
  waitForFinal(id: string, options?: WaitOptions): Promise<MessageView>;
}

/** The message as its producer sees it, or undefined when there is none. */
export async function viewById({ store }: Broker, id: string): Promise<MessageView | undefined> {
  const [found] = await store.load([id]);
  if (found?.kind === "unreadable")
    throw new HermodUnavailableError(`the record cannot be read: ${found.why}`);
  return found?.kind === "record" ? viewOf(found.record) : undefined;
}

/** Waits for final states, on a connection of its own that is opened at the first wait. */
export function openWaiting(link: RedisLink, broker: () => Broker): Waiting {
  let signal: FinalSignal | undefined;
  const signalOf = (): FinalSignal => {
    signal ??= openFinalSignal(
      link.another({ maxRetriesPerRequest: null, enableOfflineQueue: true }),
      broker().installation.keys,
    );
    return signal;
  };

  return {
    async waitForFinal(id, { signal: given, timeoutMs } = {}) {
      const ends = [given, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
      const end = AbortSignal.any(ends.filter((one) => one !== undefined));
      end.throwIfAborted();
      if (!MessageId.safeParse(id).success) throw noSuchMessage();
      let news = Promise.withResolvers<void>();
      // Listening comes before looking: what happens in between is heard, and what came first is seen.
      const watch = await watchWithinDeadline(() => signalOf().watch(id, () => news.resolve()));
      const onEnd = (): void => news.resolve();
      end.addEventListener("abort", onEnd, { once: true });
      try {
        for (;;) {
          news = Promise.withResolvers<void>();
          const view = await look(broker(), id);
          if (view === "gone") throw noSuchMessage();
          if (view !== "away" && view.final) return view;
          end.throwIfAborted();
          await (view === "away" ? Promise.race([news.promise, setTimeout(AWAY_PAUSE_MS)]) : news.promise);
        }
      } finally {
        end.removeEventListener("abort", onEnd);
        await watch[Symbol.asyncDispose]();
      }
    },
  };
}

/** A subscription that comes after we gave up waiting for it is ended again. */
async function watchWithinDeadline(watch: () => Promise<AsyncDisposable>): Promise<AsyncDisposable> {
  let asked: Promise<AsyncDisposable> | undefined;
  try {
    return await withinDeadline(() => {
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
async function look(broker: Broker, id: string): Promise<MessageView | "gone" | "away"> {
  try {
    return (await withinDeadline(() => viewById(broker, id))) ?? "gone";
  } catch (error) {
    if (error instanceof HermodUnavailableError) return "away";
    throw error;
  }
}

function noSuchMessage(): HermodInputError {
  return new HermodInputError([{ path: "id", message: "no such message" }]);
}
