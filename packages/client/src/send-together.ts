import type { Accepted, Refused } from "./accept-messages.ts";
import type { CheckedMessage } from "./send-many.ts";

/** What was handed over meanwhile waits no longer than this for what is under way. */
const GATHER_MS = 10;

type Results = readonly (Accepted | Refused)[];

interface Waiting {
  readonly message: CheckedMessage;
  readonly done: PromiseWithResolvers<Accepted | Refused | undefined>;
}

/**
 * Hands over what many callers send one by one. One alone goes at once, and so does whatever is urgent; what comes while another one
 * is under way goes together when that has arrived: with many callers one order carries many messages, and nobody waits for company.
 */
export function openSendTogether(
  sendMany: (messages: readonly CheckedMessage[]) => Promise<Results>,
): (message: CheckedMessage) => Promise<Accepted | Refused | undefined> {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;

  const handOver = async (some: readonly Waiting[]): Promise<void> => {
    underWay += 1;
    try {
      const results = await sendMany(some.map(({ message }) => message));
      for (const [index, { done }] of some.entries()) done.resolve(results[index]);
    } catch (error) {
      for (const { done } of some) done.reject(error);
    }
    underWay -= 1;
    if (underWay === 0) go();
  };

  const go = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const some = waiting;
    waiting = [];
    void handOver(some);
  };

  return async (message) => {
    const mine: Waiting = { message, done: Promise.withResolvers() };
    if (message.data?.priority === "urgent") void handOver([mine]);
    else {
      waiting.push(mine);
      if (underWay === 0) go();
      else timer ??= setTimeout(go, GATHER_MS);
    }
    return await mine.done.promise;
  };
}
