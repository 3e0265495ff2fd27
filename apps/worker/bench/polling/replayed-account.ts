import { connectRedis } from "@hermod/broker/connect";
import { consume } from "@hermod/broker/consume";
import { openBroker } from "@hermod/broker/open-broker";
import { planChecks } from "@hermod/broker/plan-checks";
import { acceptedRecord } from "@hermod/core/accept";
import { checkOf, Settings, termsOf } from "@hermod/core/config";
import { MessageInput, type Priority } from "@hermod/core/message";
import { pollTermsOf } from "@hermod/core/polling/account-terms";
import { onTimer } from "@hermod/core/timer";
import type { FollowedMessage } from "@hermod/providers/provider";
import { Account, capabilitiesOf, openProvider } from "@hermod/providers/registry";
import { openLog } from "@hermod/service/log";
import { NO_TRACING } from "@hermod/service/tracing";
import { serverError } from "@hermod/simulator/faults";
import { startWebcom } from "@hermod/simulator/webcom";
import type { AccountContext } from "../../src/account-context.ts";
import { openAccountHealth } from "../../src/account-health.ts";
import { begin, finish } from "../../src/attempt.ts";
import { openTogether } from "../../src/commit-together.ts";
import { handleCheck } from "../../src/handle-check.ts";
import { openIntents } from "../../src/intents.ts";
import { openLead } from "../../src/lead.ts";
import { openLearner } from "../../src/learner.ts";
import { openLines } from "../../src/line.ts";
import { openPermits } from "../../src/permits.ts";
import { openResting } from "../../src/resting.ts";
import { slotPools } from "../../src/slot-pools.ts";
import { virtualTime } from "./virtual-time.ts";

const NAME = "replay";

/** So much that no slot is waited for, as time stands still meanwhile; what the planner may use is `statusPerSecond`. */
const UNLIMITED = 10_000;

/** As a worker does it. */
const FLUSH_MS = 5000;

export interface ReplayedAccountOptions {
  readonly redisUrl: string;
  readonly namespace: string;
  readonly batch: number;
  readonly giveUpMs: number;
  /** The account's budget of status requests. */
  readonly statusPerSecond: number;
  /** Whether the provider refuses every status request now. */
  readonly refuses: () => boolean;
  /** When the told time begins: about now, because adapters date the validity of a message by the time of day. */
  readonly startAt: number;
  /** When the message with this text becomes final after it was sent, or never. */
  readonly finalAfterMs: (text: string) => number;
  readonly chance: () => number;
  /** A request about messages is about to be written; until `answered`, it is on the wire. */
  readonly asked: (messages: readonly FollowedMessage[]) => void;
  readonly answered: (messages: readonly FollowedMessage[]) => void;
}

export interface ReplayedAccount extends AsyncDisposable {
  setTime(at: number): Promise<void>;
  /** Hands a message to the provider, and returns its id. */
  send(text: string, route: string, priority: Priority): Promise<string>;
  /** Plans until nothing is worth a request any more, and has everything that was planned carried out. */
  look(): Promise<void>;
  /** The scores of the messages that are due first. */
  firstScores(): Promise<number[]>;
  finalAt(id: string): Promise<number | undefined>;
}

/** One account with everything that is real: Redis, planner, queue, worker, adapter, HTTP and a simulator. Only time is told. */
export async function openReplayedAccount(options: ReplayedAccountOptions): Promise<ReplayedAccount> {
  const { batch, namespace, chance, finalAfterMs, asked, answered, giveUpMs } = options;
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await connectRedis(options.redisUrl, "process"));
  const time = virtualTime(link.redis, `${namespace}:clock`);
  const { clock } = time;
  await time.set(options.startAt);
  const simulator = stack.use(
    await startWebcom({
      seed: 1,
      now: clock.now,
      price: 0,
      fault: ({ operation }) =>
        operation === "status" && options.refuses() ? serverError(false, 503) : undefined,
      plan: ({ text }) => {
        const afterMs = finalAfterMs(text);
        return {
          steps: Number.isFinite(afterMs) ? [{ afterMs: Math.round(afterMs), status: "deliver" }] : [],
        };
      },
    }),
  );
  const account = Account.parse({
    provider: "webcom",
    baseUrl: simulator.url,
    login: "hermod",
    password: "secret",
    sender: "Hermod",
    statusBatch: batch,
    statusPerSecond: UNLIMITED,
    connections: 50,
    // A minute between the last look and the end belongs to the deadline.
    check: { horizonMs: giveUpMs + 60_000 },
  });
  const settings = Settings.parse({ retention: { recordMs: 1_000_000_000 } });
  const capabilities = capabilitiesOf(account);
  const retention = () => settings.retention;
  const broker = stack.use(await openBroker({ ...link, clock }, { namespace, partitions: 1, retention }));
  const provider = stack.use(openProvider(account));
  const log = openLog("replay", "silent");
  const fail = (what: string, error: unknown): never => {
    throw new Error(what, { cause: error });
  };
  const learner = openLearner(broker.learning, NAME, chance);
  const lead = openLead();
  const poll = pollTermsOf(checkOf(settings, account), batch);
  const context: AccountContext = {
    name: NAME,
    account,
    settings,
    capabilities,
    terms: termsOf(settings, account, capabilities),
    following: { poll, learnedOf: learner.learnedOf },
    learner,
    resting: openResting(),
    provider: {
      ...provider,
      async status(messages, signal) {
        asked(messages);
        const answers = await provider.status(messages, signal);
        answered(messages);
        return answers;
      },
    },
    broker,
    clock,
    intents: openIntents(account.connections, false, lead),
    permits: openPermits(account.connections),
    lines: openLines(),
    slots: slotPools(broker.pacer, NAME, { account, capabilities }),
    commitTogether: openTogether(broker.store, (error) => fail("recording", error)),
    lead,
    health: openAccountHealth({ broker, name: NAME, settings, log }),
    tracing: NO_TRACING,
    log,
    report: fail,
    chance,
  };
  let underWay = 0;
  let done = Promise.withResolvers<void>();
  stack.use(
    consume({
      redis: link.another(),
      keys: broker.installation.keys,
      account: NAME,
      kind: "check",
      concurrency: 4,
      lockMs: settings.lease.lockMs,
      stalledMs: settings.lease.stalledMs,
      stopping: new AbortController().signal,
      async handle(ids, stop) {
        const decision = await handleCheck(context, ids, stop);
        underWay -= 1;
        if (underWay === 0) done.resolve();
        return decision;
      },
      onError: (error) => fail("check queue", error),
    }),
  );
  let flushedAt = 0;
  const add: typeof broker.queues.add = async (kind, name, orders) => {
    if (orders.length > 0 && underWay === 0) done = Promise.withResolvers();
    underWay += orders.length;
    await broker.queues.add(kind, name, orders);
  };
  const planner = { ...broker, queues: { ...broker.queues, add } };
  const followed = {
    name: NAME,
    batch,
    maxMs: poll.maxMs,
    statusPerSecond: options.statusPerSecond,
    grouped: false,
  };
  const due = broker.installation.keys.due(0, NAME);
  /** What the poller's sweep does: at its deadline a message that was never final is called unknown. */
  const endWhatIsOver = async (): Promise<void> => {
    const loaded = await broker.store.load(await broker.store.claimTimers(1000, FLUSH_MS));
    const changes = loaded.flatMap((found) => {
      if (found.kind !== "record") return [];
      const decision = onTimer(found.record, clock.now(), context.terms);
      const after = decision.kind === "change" ? decision.record : found.record;
      return [{ before: found.record, after }];
    });
    await broker.store.commit(changes, "always");
  };
  const owned = stack.move();
  return {
    setTime: time.set,
    async send(text, route, priority) {
      const input = MessageInput.parse({
        route: [NAME, route],
        to: "+84836106872",
        content: { text },
        priority,
        expiresInMs: 172_800_000,
      });
      const id = broker.installation.messageId("replay", undefined);
      const record = acceptedRecord(input, { id, bodyHash: "", at: clock.now() });
      await broker.store.create([record]);
      const { records } = await begin(context, [record]);
      const validForMs = 172_800_000;
      const messages = records.map(({ to, content = {}, references }) => {
        return { id, to, content, validForMs, reference: references?.[NAME] ?? 0 };
      });
      const outcomes = await provider.send(messages, new AbortController().signal);
      for (const one of records) {
        const outcome = outcomes.get(id);
        if (outcome?.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
        await finish(context, one, outcome);
      }
      return id;
    },
    async look() {
      while ((await planChecks(planner, clock, followed)) > 0) await done.promise;
      if (clock.now() - flushedAt < FLUSH_MS) return;
      flushedAt = clock.now();
      await learner.flush();
      await endWhatIsOver();
    },
    async firstScores() {
      const page = await link.redis.zrange(due, "0", String(batch - 1), "WITHSCORES");
      return page.filter((_, index) => index % 2 === 1).map(Number);
    },
    async finalAt(id) {
      const [found] = await broker.store.load([id]);
      return found?.kind === "record" ? found.record.finalAt : undefined;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
