import { JobData } from "@hermod/core/job";
import type { JobType, Queue } from "bullmq";

/** What a queue tells about its work. Orders are lists of message ids. */
export interface QueueGlance {
  /** Orders that wait, and that are worked at. */
  readonly waiting: number;
  readonly active: number;
  readonly paused: boolean;
  /** Orders that are worked at, or were, and come next: some of their messages may be sent already. */
  readonly inHand: readonly (readonly string[])[];
  /** The orders that were done last, the last first. */
  readonly newest: readonly (readonly string[])[];
  /** A sample of all done orders that are still kept, spread evenly from the last to the first. */
  readonly spread: readonly (readonly string[])[];
}

/** How many orders are looked at. */
export interface Sampling {
  readonly inHand: number;
  readonly newest: number;
  /** How many places of the history, and how many orders at each. */
  readonly places: number;
  readonly perPlace: number;
}

/** Looks at a queue at a cost that does not grow with it. */
export async function glanceAt(queue: Queue<JobData>, sampling: Sampling): Promise<QueueGlance> {
  const { places, perPlace } = sampling;
  const [counts, paused] = await Promise.all([
    queue.getJobCounts("waiting", "prioritized", "delayed", "active", "completed"),
    queue.isPaused(),
  ]);
  const { waiting = 0, prioritized = 0, delayed = 0, active = 0, completed = 0 } = counts;
  const step = Math.max(perPlace, Math.floor(completed / places));
  const starts = Array.from({ length: Math.min(places, Math.ceil(completed / step)) }, (_, n) => n * step);
  const [worked, next, newest, spread] = await Promise.all([
    ordersOf(queue, "active", 0, sampling.inHand),
    ordersOf(queue, "prioritized", 0, sampling.inHand, true),
    ordersOf(queue, "completed", 0, sampling.newest),
    Promise.all(starts.map((start) => ordersOf(queue, "completed", start, perPlace))),
  ]);
  return {
    waiting: waiting + prioritized + delayed,
    active,
    paused,
    inHand: [...worked, ...next],
    newest,
    spread: spread.flat(),
  };
}

async function ordersOf(
  queue: Queue<JobData>,
  state: JobType,
  start: number,
  count: number,
  firstFirst = false,
): Promise<(readonly string[])[]> {
  // A range of nothing would mean everything.
  if (count === 0) return [];
  const jobs = await queue.getJobs([state], start, start + count - 1, firstFirst);
  return jobs.flatMap(({ data }) => {
    const parsed = JobData.safeParse(data);
    return parsed.success ? [parsed.data.ids] : [];
  });
}
