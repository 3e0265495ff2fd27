import type { RedisLink } from "@hermod/broker/connect";
import { consume } from "@hermod/broker/consume";
import type { Broker } from "@hermod/broker/open-broker";
import { checkOf, type Settings, termsOf } from "@hermod/core/config";
import { pollTermsOf } from "@hermod/core/polling/account-terms";
import { type Account, capabilitiesOf, openProvider } from "@hermod/providers/registry";
import type { LimitMetrics } from "@hermod/service/limit-metrics";
import type { Logger } from "@hermod/service/log";
import { regularly } from "@hermod/service/regularly";
import type { RequestMetrics } from "@hermod/service/request-metrics";
import type { Tracing } from "@hermod/service/tracing";
import type { AccountContext } from "./account-context.ts";
import { openAccountHealth } from "./account-health.ts";
import { openTogether } from "./commit-together.ts";
import type { Reached } from "./crash-point.ts";
import { handleCheck } from "./handle-check.ts";
import { handleSend } from "./handle-send.ts";
import type { InHand } from "./in-hand.ts";
import { openIntents } from "./intents.ts";
import { openLead } from "./lead.ts";
import { openLearner } from "./learner.ts";
import { openLines } from "./line.ts";
import { measuredPacer, measuredPauses, measuredProvider } from "./measured.ts";
import { ordersTogether } from "./orders-together.ts";
import { openPermits } from "./permits.ts";
import { enoughInHand, FEWEST_PLACES, openPlaces } from "./places.ts";
import { openResting } from "./resting.ts";
import { mostBegun, turnsComeFirst } from "./send-batch.ts";
import { slotPools } from "./slot-pools.ts";
import type { WatchedQueues } from "./watched-queues.ts";

export interface AccountWorkerParts {
  readonly name: string;
  readonly account: Account;
  readonly settings: Settings;
  readonly link: RedisLink;
  readonly broker: Broker;
  readonly log: Logger;
  readonly report: (what: string, error: unknown) => void;
  readonly stopping: AbortSignal;
  /** Told about every request and every record of an outcome. */
  readonly inHand: InHand;
  readonly queues: WatchedQueues;
  readonly tracing: Tracing;
  readonly measures: {
    /** Of an account. */
    readonly requests: (account: string) => RequestMetrics;
    readonly limits: LimitMetrics;
  };
  /** Absent but in tests. */
  readonly reached?: Reached | undefined;
}

/**
 * Check orders worked at at once, of each account: the poller keeps few of them, each paced by the status
 * budget.
 */
const CHECK_ORDERS = 4;

/** Between two times that what was learned is handed over, and what others have learned is taken over. */
const FLUSH_MS = 5000;
const RELOAD_MS = 30_000;

/** Sends and checks for one account until disposed of. */
export function openAccountWorker(parts: AccountWorkerParts): AsyncDisposable {
  const {
    name,
    account,
    settings,
    link,
    broker,
    log,
    report,
    stopping,
    inHand,
    queues,
    measures,
    tracing,
    reached,
  } = parts;
  const provider = measuredProvider(openProvider(account), measures.requests(name));
  const commitTogether = openTogether(broker.store, (error) => report("recording", error));
  const capabilities = capabilitiesOf(account);
  const pacer = measuredPacer(broker.pacer, measures.limits);
  const learner = openLearner(broker.learning, name, Math.random);
  const lead = openLead();
  const limited = { account, capabilities };
  const context: AccountContext = {
    name,
    account,
    settings,
    capabilities,
    terms: termsOf(settings, account, capabilities),
    following: {
      poll: pollTermsOf(checkOf(settings, account), capabilities.statusBatch),
      learnedOf: learner.learnedOf,
    },
    learner,
    resting: openResting(),
    provider: {
      ...provider,
      send: (messages, signal) => inHand.during(provider.send(messages, signal)),
      status: (messages, signal) => inHand.during(provider.status(messages, signal)),
    },
    broker: {
      ...broker,
      ...ordersTogether(broker),
      pacer,
      pauses: measuredPauses(broker.pauses, measures.limits),
    },
    clock: link.clock,
    intents: openIntents(mostBegun(limited), turnsComeFirst(limited), lead),
    permits: openPermits(account.connections),
    lines: openLines(),
    slots: slotPools(pacer, name, { account, capabilities }),
    commitTogether: (record, decide) => inHand.during(commitTogether(record, decide)),
    lead,
    health: openAccountHealth({ broker, name, settings, log }),
    tracing,
    log,
    report,
    chance: Math.random,
    reached: reached && ((point) => reached(name, point)),
  };
  const stack = new AsyncDisposableStack();
  stack.use(provider);
  // What is not handed over when a process dies is learned again.
  const trouble = (error: unknown): void => {
    if (!stopping.aborted) report("learning", error);
  };
  void learner.reload().catch(trouble);
  stack.use(regularly(FLUSH_MS, () => learner.flush().catch(trouble)));
  stack.use(regularly(RELOAD_MS, () => learner.reload().catch(trouble)));
  const { lockMs, stalledMs } = settings.lease;
  const queue = { keys: broker.installation.keys, account: name, lockMs, stalledMs, stopping };
  const places = stack.use(
    openPlaces({
      ...enoughInHand(account, capabilities),
      fill: (count) => sending.fill(count),
      mostUrgent: () => broker.queues.mostUrgent("send", name),
    }),
  );
  const sending = stack.use(
    consume({
      ...queue,
      redis: link.another(),
      kind: "send",
      concurrency: FEWEST_PLACES,
      handle: queues.send.watched((ids, stop, stalls, priority) =>
        places.during({ size: ids.length, priority }, (yields) =>
          handleSend(context, ids, stop, stalls, { yields, priority }),
        ),
      ),
      onError: (error) => report(`send queue of ${name}`, error),
    }),
  );
  stack.use(
    consume({
      ...queue,
      redis: link.another(),
      kind: "check",
      concurrency: CHECK_ORDERS,
      handle: queues.check.watched((ids, stop) => handleCheck(context, ids, stop)),
      onError: (error) => report(`check queue of ${name}`, error),
    }),
  );
  return stack;
}
