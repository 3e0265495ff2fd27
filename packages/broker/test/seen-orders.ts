import type { RedisLink } from "../src/connect.ts";
import { consume } from "../src/consume.ts";
import type { Keys } from "../src/keys.ts";
import { DONE } from "./await-orders.ts";
import { ACCOUNT } from "./samples.ts";

export interface SeenOrders extends AsyncDisposable {
  /** The messages of all orders that were worked at. */
  readonly seen: readonly string[];
}

/** A worker at the send queue of an installation that is not the common one of tests. */
export function seeOrders(
  link: Pick<RedisLink, "another">,
  keys: Keys,
  onError: (error: Error) => void,
): SeenOrders {
  const seen: string[] = [];
  const consumer = consume({
    redis: link.another(),
    keys,
    kind: "send",
    account: ACCOUNT,
    handle: async (ids) => {
      seen.push(...ids);
      return DONE;
    },
    concurrency: 1,
    lockMs: 30_000,
    stalledMs: 15_000,
    stopping: new AbortController().signal,
    onError,
  });
  return { seen, [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose]() };
}
