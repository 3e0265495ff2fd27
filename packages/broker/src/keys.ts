import { createHash } from "node:crypto";

/** All keys of Hermod in Redis. `{…}` is the hash tag that keeps the keys of one script in one slot. */
export interface Keys {
  readonly partitions: number;
  /** From 0. */
  readonly allPartitions: readonly number[];
  /** Prefix of every BullMQ key. */
  readonly queuePrefix: string;
  /** Hash: what is fixed for the life of the data (partitions, id key). */
  readonly installation: string;
  /** Hash: account name → announcement. */
  readonly accounts: string;
  partitionOf(id: string): number;
  /** Hash: one message. */
  record(id: string): string;
  /** String: of the messages to some numbers, those whose records are gone on the same day (`number-index.ts`). */
  numbers(partition: number, day: number, place: number): string;
  /** Sorted set: those days → their ends. */
  numberDays(partition: number): string;
  /** What the keys of all records match, and no other key. */
  readonly anyRecord: string;
  /** Sorted set: message id → when the sweeper must look at it. */
  timers(partition: number): string;
  /** Sorted set: message id → when to ask the account's provider about it, and how long it will have waited. */
  due(partition: number, account: string): string;
  /** Hash: how many status requests a partition's share of the account's budget allows. */
  statusBudget(partition: number, account: string): string;
  /** Sorted set: held message → its place in the order in which the account's messages are released. */
  held(partition: number, account: string): string;
  /** Hash: account, lane and state → number of messages that are there and not final. */
  open(partition: number): string;
  /** Stream: every change of a message, of late. */
  events(partition: number): string;
  /** Stream: the final states of a producer's messages. */
  finals(partition: number, producer: string): string;
  /** Hash: producer and group of consumers → finals that were removed before the group had them. */
  readonly groups: string;
  /** Hash: when the account's next slot is free, by the clock of Redis, and what refusals did to its pace. */
  pacer(account: string, what: "send" | "status"): string;
  /** Hash: how far the account's orders have come in virtual time (field ''), and where each flow of them ends. */
  shares(account: string): string;
  /** Hash: why the account's breaker is open, and until when; absent while it is closed. */
  breaker(account: string, what: "send" | "status"): string;
  /** String: the message that an account's provider names so. */
  identity(account: string, identity: string): string;
  /** Sorted set: the latest messages to a number at an account whose provider hints at them by number; by a keyed hash. */
  numbered(account: string, numberHash: string): string;
  /** Hash: name of a message that is not known yet → what was pushed about it; and when to look for it, a sorted set. */
  parked(account: string): string;
  parkedDue(account: string): string;
  /** Hash: account, producer, currency, cost and parts → messages of a day that came to that. */
  costs(partition: number, day: string): string;
  /** List: what the provider said of the account's money, over the last day; and a mark of whoever asks. */
  balance(account: string): string;
  balanceAsked(account: string): string;
  /** Hash: keyed hash of a number that gets no messages, of everyone or of one producer → since when, and why. */
  suppressed(producer?: string): string;
  /** Hash: what is known of the time to a final report on a route at this account (`sketch-fields.ts`). */
  sketch(account: string, route: string): string;
  /** Set: the routes of which something is known at this account. */
  sketches(account: string): string;
  /** Hash: what following cost, and how often reports were pushed. */
  followed(account: string): string;
  /** Sorted set: messages that a look found final and whose push may still come → until when; with a +, pushed lately. */
  awaitedPushes(account: string): string;
  /** String: written to find out whether Redis takes writes again. */
  writable(account: string): string;
  /** String: written every second by every process, to know that Redis answers and takes writes. */
  readonly probe: string;
  /** Hash: the sequence of references, and the run of Redis that last counted it. */
  readonly references: string;
  /** Channel: told when the message becomes final. */
  finalChannel(id: string): string;
}

/** The keys under a namespace; tests take one each, everything else the default. */
export function keysOf(namespace = "hermod", partitions = 1): Keys {
  const partitionOf = (id: string): number =>
    partitions === 1 ? 0 : createHash("sha1").update(id).digest().readUInt32BE(0) % partitions;
  const slot = (partition: number): string => `{${namespace}:${partition}}`;
  const ofAccount = (account: string): string => `{${namespace}:a:${account}}`;
  return {
    partitions,
    allPartitions: Array.from({ length: partitions }, (_, partition) => partition),
    queuePrefix: `{${namespace}}`,
    installation: `${namespace}:installation`,
    accounts: `${namespace}:accounts`,
    partitionOf,
    anyRecord: `{${namespace}:*}:m:*`,
    record: (id) => `${slot(partitionOf(id))}:m:${id}`,
    numbers: (partition, day, place) => `${slot(partition)}:to:${day}:${place}`,
    numberDays: (partition) => `${slot(partition)}:to`,
    timers: (partition) => `${slot(partition)}:timers`,
    due: (partition, account) => `${slot(partition)}:due:${account}`,
    statusBudget: (partition, account) => `${slot(partition)}:budget:${account}`,
    held: (partition, account) => `${slot(partition)}:held:${account}`,
    open: (partition) => `${slot(partition)}:open`,
    events: (partition) => `${slot(partition)}:events`,
    finals: (partition, producer) => `${slot(partition)}:finals:${producer}`,
    pacer: (account, what) => `${ofAccount(account)}:pace:${what}`,
    shares: (account) => `${ofAccount(account)}:shares`,
    breaker: (account, what) => `${ofAccount(account)}:breaker:${what}`,
    identity: (account, identity) => `${ofAccount(account)}:id:${identity}`,
    numbered: (account, numberHash) => `${ofAccount(account)}:to:${numberHash}`,
    parked: (account) => `${ofAccount(account)}:parked`,
    parkedDue: (account) => `${ofAccount(account)}:parked:due`,
    costs: (partition, day) => `${slot(partition)}:costs:${day}`,
    balance: (account) => `${ofAccount(account)}:balance`,
    balanceAsked: (account) => `${ofAccount(account)}:balance:asked`,
    suppressed: (producer) => `${namespace}:suppressed${producer === undefined ? "" : `:${producer}`}`,
    sketch: (account, route) => `${ofAccount(account)}:sketch:${route}`,
    sketches: (account) => `${ofAccount(account)}:sketches`,
    followed: (account) => `${ofAccount(account)}:followed`,
    awaitedPushes: (account) => `${ofAccount(account)}:awaited`,
    writable: (account) => `${ofAccount(account)}:writable`,
    probe: `${namespace}:probe`,
    groups: `${namespace}:groups`,
    references: `${namespace}:references`,
    finalChannel: (id) => `${slot(partitionOf(id))}:final:${id}`,
  };
}
