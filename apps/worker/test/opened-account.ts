import { connectRedis } from "@hermod/broker/connect";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import { acceptedRecord } from "@hermod/core/accept";
import type { Capabilities } from "@hermod/core/capabilities";
import { AccountBase, Settings } from "@hermod/core/config";
import { MessageInput } from "@hermod/core/message";
import type { Outcome } from "@hermod/core/outcome";
import { pollTermsOf } from "@hermod/core/polling/account-terms";
import type { MessageRecord } from "@hermod/core/record";
import type { OutgoingMessage } from "@hermod/providers/provider";
import { openLog } from "@hermod/service/log";
import { NO_TRACING } from "@hermod/service/tracing";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import type { AccountContext } from "../src/account-context.ts";
import { openAccountHealth } from "../src/account-health.ts";
import { openTogether } from "../src/commit-together.ts";
import { openIntents } from "../src/intents.ts";
import { openLead } from "../src/lead.ts";
import { openLearner } from "../src/learner.ts";
import { openLines } from "../src/line.ts";
import { ordersTogether } from "../src/orders-together.ts";
import { openPermits } from "../src/permits.ts";
import { openResting } from "../src/resting.ts";
import { mostBegun, turnsComeFirst } from "../src/send-batch.ts";
import { slotPools } from "../src/slot-pools.ts";

const NAME = "main";

const CHECK = { minMs: 100, maxMs: 1000, horizonMs: 60_000, economy: false, lanes: {} };

export interface OpenedAccount extends AsyncDisposable {
  readonly context: AccountContext;
  /** What was written to the provider. */
  readonly written: OutgoingMessage[];
  store(count: number): Promise<string[]>;
  /** Slots of the account with other limits. */
  slotsOf(account: AccountBase): AccountContext["slots"];
  recordOf(id: string): Promise<MessageRecord>;
}

interface Parts {
  /** What the provider answers to a message. */
  readonly answer?: (message: OutgoingMessage) => Outcome;
  /** Most messages in a request. */
  readonly sendBatch?: number;
  /** Stands before the real broker. */
  readonly broker?: (real: Broker) => Broker;
}

/** One account as a worker has it, on a real Redis, with a provider that answers at once. */
export async function openedAccount({
  answer = () => ({ kind: "accepted", providerId: "P" }),
  broker: before = (real) => real,
  sendBatch = 1,
}: Parts = {}): Promise<OpenedAccount> {
  const { url, namespace } = isolatedRedis();
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await connectRedis(url, "process"));
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  const real = stack.use(await openBroker(link, { namespace, partitions: 1, retention }));
  const broker = before(real);
  const written: OutgoingMessage[] = [];
  const account = AccountBase.parse({ baseUrl: "http://127.0.0.1:9", sendPerSecond: 1000, connections: 4 });
  const log = openLog("test", "silent");
  const settings = Settings.parse({ breaker: { probeMs: 1000, minimum: 4 } });
  const capabilities: Capabilities = {
    content: ["template"],
    reference: "correlates",
    lookup: "none",
    reports: "poll",
    sendBatch,
    statusBatch: 1,
    validity: false,
  };
  const learner = openLearner(real.learning, NAME, () => 0.5);
  const lead = openLead();
  const limited = { account, capabilities };
  const context: AccountContext = {
    name: NAME,
    settings,
    health: openAccountHealth({ broker, name: NAME, settings, log }),
    account,
    capabilities,
    terms: {
      leaseMs: 30_000,
      settleMs: 1000,
      horizonMs: 60_000,
      retryDelaysMs: [1000],
      failoverAfterMs: 1000,
      resolution: "none",
    },
    following: { poll: pollTermsOf(CHECK, 1), learnedOf: learner.learnedOf },
    learner,
    resting: openResting(),
    provider: {
      send: async (messages) => {
        written.push(...messages);
        return new Map(messages.map((message) => [message.id, answer(message)] as const));
      },
      status: async () => new Map(),
      [Symbol.asyncDispose]: async () => {},
    },
    broker: { ...broker, ...ordersTogether(broker) },
    clock: link.clock,
    intents: openIntents(mostBegun(limited), turnsComeFirst(limited), lead),
    permits: openPermits(account.connections),
    lines: openLines(),
    slots: slotPools(broker.pacer, NAME, { account, capabilities }),
    commitTogether: openTogether(real.store, () => {}),
    lead,
    tracing: NO_TRACING,
    log,
    report: () => {},
    chance: () => 0.5,
  };
  const owned = stack.move();
  return {
    context,
    written,
    slotsOf: (other) => slotPools(broker.pacer, NAME, { account: other, capabilities }),
    async store(count) {
      const input = MessageInput.parse({
        account: NAME,
        to: "+84836106872",
        content: { template: "OTP", params: {} },
        expiresInMs: 60_000,
      });
      const records = Array.from({ length: count }, () => {
        const id = real.installation.messageId("test", undefined);
        return acceptedRecord(input, { id, bodyHash: "", at: link.clock.now() });
      });
      await real.store.create(records);
      return records.map(({ id }) => id);
    },
    async recordOf(id) {
      const [found] = await real.store.load([id]);
      if (found?.kind !== "record") throw new Error(`${id} is ${found?.kind}`);
      return found.record;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
