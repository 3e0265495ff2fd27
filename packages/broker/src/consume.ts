import type { Decision } from "@hermod/core/decision";
import { JobData } from "@hermod/core/job";
import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { type QueueKind, queueName, REST_LIMITER } from "./queues.ts";
import { restWhileRefused } from "./rest-while-refused.ts";

/**
 * Carries out a work order. Once `signal` is aborted nothing new may be begun; what is on the wire is
 * finished. `stalls`: how often somebody died, or fell silent, with the order in hand. `priority`: a smaller one is more urgent.
 */
export type Handle = (
  ids: readonly string[],
  signal: AbortSignal,
  stalls: number,
  priority: number,
) => Promise<Decision>;

export interface ConsumeOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly kind: QueueKind;
  readonly account: string;
  readonly handle: Handle;
  /** Orders worked at at once. */
  readonly concurrency: number;
  readonly lockMs: number;
  readonly stalledMs: number;
  /** Aborted when the process is to end. */
  readonly stopping: AbortSignal;
  /** Told about what goes wrong with the queue itself; many a time when Redis is away. */
  readonly onError: (error: Error) => void;
}

/** A stalled order is given out again this often before BullMQ gives it up: rolling restarts must not. */
const MAX_STALLED = 20;

export interface Consumer extends AsyncDisposable {
  /** From now on takes so many orders at once. */
  fill(places: number): void;
}

/** Works at a queue until disposed of; disposal waits for the orders in hand. */
export function consume(options: ConsumeOptions): Consumer {
  const { redis, keys, kind, account, stopping } = options;
  const worker: Worker<JobData> = new Worker<JobData>(
    queueName(kind, account),
    // BullMQ passes the signal only to a function that declares all three.
    async (job, token, signal) => {
      const parsed = JobData.safeParse(job.data);
      if (!parsed.success)
        throw new UnrecoverableError("the job data is not of a form that this version knows");
      const stop = signal === undefined ? stopping : AbortSignal.any([signal, stopping]);
      return await answer(
        await decided(() => options.handle(parsed.data.ids, stop, job.stalledCounter, job.priority), options),
        job,
        token,
        worker,
      );
    },
    {
      connection: redis,
      prefix: keys.queuePrefix,
      concurrency: options.concurrency,
      lockDuration: options.lockMs,
      stalledInterval: options.stalledMs,
      maxStalledCount: MAX_STALLED,
      limiter: REST_LIMITER,
      // A frozen worker may swallow a wake-up; another one then notices after this many seconds.
      drainDelay: 1,
    },
  );
  worker.on("error", options.onError);
  restWhileRefused(worker, redis, keys.writable(account), stopping);
  worker.on("failed", (_job, error) => options.onError(error));
  // BullMQ only tells that a lock is lost; whoever lost it must begin nothing more.
  worker.on("lockRenewalFailed", (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, "lock lost");
  });
  // At once and not when its turn to be closed comes: until then it would take orders only to give them back.
  const close = (): void => void worker.close();
  if (stopping.aborted) close();
  else stopping.addEventListener("abort", close, { once: true });
  return {
    fill(places) {
      worker.concurrency = places;
    },
    async [Symbol.asyncDispose]() {
      stopping.removeEventListener("abort", close);
      await worker.close();
    },
  };
}

/** An order that a bug interrupted comes back after this time. */
const AFTER_THROW_MS = 1000;

/**
 * A handler that throws has met a bug or a Redis that is away: it is told, and the order is neither lost nor
 * counted as failed.
 */
async function decided(handle: () => Promise<Decision>, options: ConsumeOptions): Promise<Decision> {
  try {
    return await handle();
  } catch (error) {
    options.onError(error instanceof Error ? error : new Error("a handler threw what is no error"));
    return { kind: "retry", afterMs: AFTER_THROW_MS };
  }
}

/** The one place that knows how BullMQ wants to be told. */
async function answer(
  decision: Decision,
  job: Job,
  token: string | undefined,
  worker: Worker,
): Promise<string> {
  switch (decision.kind) {
    case "done":
      return "done";
    case "retry":
      // Without the token BullMQ would move a job that another worker holds.
      if (token === undefined) throw new Error("a job came without its lock token");
      // Not delayed by nothing: delays are counted by the clocks of the workers, which may differ.
      if (decision.afterMs === 0) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      await job.moveToDelayed(Date.now() + decision.afterMs, token);
      throw new DelayedError();
    case "throttle":
      // The error alone, without a running rest, would be an endless loop without a pause.
      await worker.rateLimit(Math.max(1, Math.ceil(decision.forMs)));
      throw Worker.RateLimitError();
    case "stop":
      throw new UnrecoverableError(decision.reason);
    default:
      return decision satisfies never;
  }
}
