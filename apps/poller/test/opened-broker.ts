import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import { acceptedRecord } from "@hermod/core/accept";
import { MessageInput } from "@hermod/core/message";
import { pollTermsOf } from "@hermod/core/polling/account-terms";
import type { MessageRecord } from "@hermod/core/record";
import type { Terms } from "@hermod/core/terms";
import { openLog } from "@hermod/service/log";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import type { SweepParts } from "../src/sweep.ts";

export const ACCOUNT = "etelecom-main";

const TERMS: Terms = {
  leaseMs: 30_000,
  settleMs: 60_000,
  horizonMs: 3_600_000,
  retryDelaysMs: [1000],
  failoverAfterMs: 1000,
  resolution: "none",
};

const CHECK = { minMs: 1000, maxMs: 10_000, horizonMs: TERMS.horizonMs, economy: false, lanes: {} };
const FOLLOWING = { poll: pollTermsOf(CHECK, 1), learnedOf: () => ({ silence: 1 }) };

export interface OpenedBroker extends AsyncDisposable, SweepParts {
  readonly link: RedisLink;
  /** Writes a message as it lies there `agoMs` after it was accepted. */
  store(agoMs: number, facts?: Partial<MessageRecord>): Promise<string>;
  stateOf(id: string): Promise<string>;
}

export async function openedBroker(partitions = 2): Promise<OpenedBroker> {
  const { url, namespace } = isolatedRedis();
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await connectRedis(url, "process"));
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  const broker: Broker = stack.use(await openBroker(link, { namespace, partitions, retention }));
  const owned = stack.move();
  return {
    link,
    broker,
    clock: link.clock,
    log: openLog("test", "silent"),
    report: () => {},
    termsOf: () => ({ terms: TERMS, following: FOLLOWING }),
    chance: () => 0.5,
    async store(agoMs, facts = {}) {
      const id = broker.installation.messageId("test", undefined);
      const input = MessageInput.parse({
        account: ACCOUNT,
        to: "+84836106872",
        content: { template: "OTP", params: {} },
        expiresInMs: 300_000,
      });
      const record = acceptedRecord(input, { id, bodyHash: "", at: link.clock.now() - agoMs });
      await broker.store.create([{ ...record, ...facts }]);
      return id;
    },
    async stateOf(id) {
      const [found] = await broker.store.load([id]);
      return found?.kind === "record" ? found.record.state : (found?.kind ?? "nothing");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
