import type { Encryption } from "@hermod/core/config";
import type { PushIndexing } from "@hermod/core/pushed";
import { type Balances, openBalances } from "./balances.ts";
import { type Breakers, openBreakers } from "./breaker.ts";
import { type CallbackQueues, openCallbackQueues } from "./callback-queues.ts";
import type { RedisLink } from "./connect.ts";
import { type Costs, countCosts, openCosts } from "./costs.ts";
import { type DueIndex, openDueIndex } from "./due-index.ts";
import { fieldCipher } from "./field-cipher.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { type Learning, openLearning } from "./learning.ts";
import { indexIdentities, type MessageIdentities, openMessageIdentities } from "./message-identities.ts";
import { numberHashes, numberKeys } from "./number-hashes.ts";
import { findByHashes } from "./number-index.ts";
import { openPacer, type Pacer } from "./pacer.ts";
import { openParkedPushes, type ParkedPushes } from "./parked-pushes.ts";
import { openQueues, type Queues } from "./queues.ts";
import { recordCodec } from "./record-codec.ts";
import type { OnTransition, Retention, StoreParts } from "./record-commit.ts";
import { openRecordStore, type RecordStore } from "./record-store.ts";
import { openReferences, type References } from "./references.ts";
import type { EventLimits } from "./state-events.ts";
import { openStatusPauses, type StatusPauses } from "./status-pause.ts";
import { learnOptOuts, openSuppression, type Suppression } from "./suppression.ts";

/** Everything that a process does with Redis. */
export interface Broker extends AsyncDisposable {
  readonly installation: Installation;
  readonly store: RecordStore;
  readonly queues: Queues;
  readonly pacer: Pacer;
  readonly breakers: Breakers;
  readonly due: DueIndex;
  readonly pauses: StatusPauses;
  readonly learning: Learning;
  readonly references: References;
  readonly identities: MessageIdentities;
  readonly parked: ParkedPushes;
  readonly suppression: Suppression;
  readonly costs: Costs;
  readonly balances: Balances;
  readonly callbacks: CallbackQueues;
  /** The ids of messages to a number, in no order; the records of some may be gone. */
  findByNumber(number: string): Promise<string[]>;
  /** Resolves once Redis answered that it took a write. */
  probe(): Promise<unknown>;
}

export interface BrokerOptions {
  /** Keys begin with it; for tests that share a Redis. */
  readonly namespace?: string | undefined;
  /** As configured; a producer leaves it out and takes what is there. */
  readonly partitions?: number | undefined;
  readonly encryption?: Encryption | undefined;
  readonly retention: (account: string) => Retention;
  readonly onTransition?: OnTransition | undefined;
  /** How many events are kept; a producer leaves it out. */
  readonly events?: EventLimits | undefined;
  /** How an account's messages are found by what its provider pushes; without it they are not. */
  readonly pushIndexing?: ((account: string) => PushIndexing | undefined) | undefined;
  /** Codes of providers that put a recipient on everyone's stop list. */
  readonly optOutCodes?: readonly string[] | undefined;
}

const PROBE_KEPT_MS = 10_000;

/** Puts the parts together on one connection. */
export async function openBroker(link: RedisLink, options: BrokerOptions): Promise<Broker> {
  const { redis, clock } = link;
  const installation = await openInstallation(redis, options.namespace, options.partitions);
  const { keys } = installation;
  const codec = recordCodec(fieldCipher(options.encryption), installation.recordForm);
  const hashes = numberHashes(installation.numberHash, numberKeys(options.encryption));
  const queues = openQueues(redis, keys);
  const callbacks = openCallbackQueues(redis, keys);
  const { retention, onTransition, events, pushIndexing, optOutCodes = [] } = options;
  const alongside: StoreParts["alongside"] = (changes) => [
    ...(pushIndexing === undefined ? [] : indexIdentities(installation, pushIndexing, changes)),
    ...countCosts(keys, changes),
    ...(optOutCodes.length === 0 ? [] : learnOptOuts(installation, optOutCodes, changes)),
  ];
  return {
    installation,
    store: openRecordStore({
      ...{ redis, keys, codec, clock, retention, onTransition, events, alongside },
      numberHashes: hashes,
    }),
    findByNumber: (number) => findByHashes(redis, keys, hashes.all(number)),
    queues,
    pacer: openPacer(redis, keys, clock),
    breakers: openBreakers(redis, keys),
    due: openDueIndex(redis, keys, clock),
    pauses: openStatusPauses(redis, keys),
    learning: openLearning(redis, keys),
    probe: () => redis.set(keys.probe, "1", "PX", PROBE_KEPT_MS),
    references: openReferences(redis, keys),
    identities: openMessageIdentities(redis, installation),
    parked: openParkedPushes(redis, keys),
    suppression: openSuppression(redis, installation),
    costs: openCosts(redis, keys),
    balances: openBalances(redis, keys),
    callbacks,
    async [Symbol.asyncDispose]() {
      await Promise.all([queues[Symbol.asyncDispose](), callbacks[Symbol.asyncDispose]()]);
    },
  };
}
