import { type AfterCallback, afterCallback, type CallbackOutcome } from "@hermod/core/callback";
import type { StateEvent } from "@hermod/core/state-event";
import { DelayedError, type Job, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { type CallbackData, callbackEvent, callbackQueueName } from "./callback-queues.ts";
import type { Keys } from "./keys.ts";
import { restWhileRefused } from "./rest-while-refused.ts";

export interface ConsumeCallbacksOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly producer: string;
  /** Posts one; what it comes to is a value. */
  readonly handle: (event: StateEvent) => Promise<CallbackOutcome>;
  /** Told of one that is given up, with a code word. */
  readonly onDead: (event: StateEvent, reason: string) => void;
  readonly retryDelaysMs: readonly number[];
  /** Posted at once. */
  readonly concurrency: number;
  readonly lockMs: number;
  readonly stalledMs: number;
  /** Aborted when the process is to end. */
  readonly stopping: AbortSignal;
  /** Told about what goes wrong with the queue itself; many a time when Redis is away. */
  readonly onError: (error: Error) => void;
}

/** A callback that a process died over comes again this often before BullMQ gives it up: rolling restarts must not. */
const MAX_STALLED = 20;

/** One that a bug interrupted, or Redis that is away, comes back after this time, and no attempt is counted. */
const AFTER_THROW_MS = 1000;

/** Not taken, and to be tried again; the message is a code word, and lies in the job. */
class NotTaken extends Error {
  override readonly name = "NotTaken";
  readonly afterMs: number;

  constructor(reason: string, afterMs: number) {
    super(reason);
    this.afterMs = afterMs;
  }
}

/** Posts what lies in a producer's queue until disposed of; disposal waits for those on the wire. */
export function consumeCallbacks(options: ConsumeCallbacksOptions): AsyncDisposable {
  const { redis, keys, producer, handle, retryDelaysMs, onDead, onError, stopping } = options;

  /** Undefined when the handler threw: that says nothing of the endpoint. */
  const outcomeOf = async (event: StateEvent): Promise<CallbackOutcome | undefined> =>
    await handle(event).catch((error: unknown) => {
      onError(error instanceof Error ? error : new Error("a handler threw what is no error"));
      return undefined;
    });

  const post = async (job: Job<CallbackData>, token?: string): Promise<string> => {
    const event = callbackEvent(job.data);
    if (event === undefined) throw new UnrecoverableError("unreadable");
    const outcome = await outcomeOf(event);
    if (outcome === undefined) {
      await job.moveToDelayed(Date.now() + AFTER_THROW_MS, token);
      throw new DelayedError();
    }
    const reason = outcome.kind === "failed" ? outcome.detail : "";
    const after: AfterCallback = afterCallback(outcome, job.attemptsMade + 1, retryDelaysMs, Math.random());
    switch (after.kind) {
      case "done":
        return "done";
      case "again":
        throw new NotTaken(reason, after.afterMs);
      case "dead":
        onDead(event, reason);
        throw new UnrecoverableError(reason);
      default:
        return after satisfies never;
    }
  };

  const worker: Worker<CallbackData> = new Worker<CallbackData>(
    callbackQueueName(producer),
    async (job, token) => await post(job, token),
    {
      connection: redis,
      prefix: keys.queuePrefix,
      concurrency: options.concurrency,
      lockDuration: options.lockMs,
      stalledInterval: options.stalledMs,
      maxStalledCount: MAX_STALLED,
      settings: {
        backoffStrategy: (_made, _type, error) =>
          error instanceof NotTaken ? error.afterMs : AFTER_THROW_MS,
      },
      // A frozen worker may swallow a wake-up; another one then notices after this many seconds.
      drainDelay: 1,
    },
  );
  worker.on("error", onError);
  restWhileRefused(worker, redis, keys.probe, stopping);
  const close = (): void => void worker.close();
  if (stopping.aborted) close();
  else stopping.addEventListener("abort", close, { once: true });
  return {
    async [Symbol.asyncDispose]() {
      stopping.removeEventListener("abort", close);
      await worker.close();
    },
  };
}
