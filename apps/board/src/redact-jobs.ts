import type { AppJob, ControllerHandlerReturnType, ExternalJobUrl } from "@bull-board/api/typings/app";
import { JobData } from "@hermod/core/job";

/** Stands for whatever a library or a bug wrote into a job. */
const HIDDEN = "Not shown here. The log of the worker of this time tells more.";

/**
 * An answer of Bull Board with nothing in it that a job could have brought along by mistake. A job of ours holds ids and
 * no more, but a reason of failure or a line of a stack is written by whatever code threw: it stays in Redis.
 */
export function redactedAnswer(
  route: string,
  answer: ControllerHandlerReturnType,
): ControllerHandlerReturnType {
  const { status = 200, body } = answer;
  if (status !== 200 || typeof body === "string" || "error" in body) return answer;
  switch (route) {
    case "/api/queues":
      return { status, body: { ...body, queues: (body["queues"] as QueueWithJobs[]).map(redactedQueue) } };
    case "/api/queues/:queueName/:jobId":
      return { status, body: { ...body, job: redactedJob(body["job"] as AppJob) } };
    case "/api/queues/:queueName/:jobId/logs":
      return { status, body: [] };
    case "/api/queues/:queueName/:jobId/flow":
      return { status, body: { ...body, flowRoot: null, isFlowNode: false } };
    default:
      return answer;
  }
}

interface QueueWithJobs {
  readonly jobs: readonly AppJob[];
}

function redactedQueue(queue: QueueWithJobs): QueueWithJobs {
  return { ...queue, jobs: queue.jobs.map(redactedJob) };
}

/** Field by field: what a later version adds to a job is not shown before somebody has looked at it. */
function redactedJob(job: AppJob): AppJob {
  const { id, timestamp, processedOn, finishedOn, attempts, delay, isFailed } = job;
  const data = JobData.safeParse(job.data);
  return {
    id,
    name: NAMES.includes(job.name) ? job.name : HIDDEN,
    timestamp,
    processedOn,
    finishedOn,
    attempts,
    ...(delay === undefined ? {} : { delay }),
    ...(job.priority === undefined ? {} : { priority: job.priority }),
    ...(job.attemptsStarted === undefined ? {} : { attemptsStarted: job.attemptsStarted }),
    ...(job.stalledCounter === undefined ? {} : { stalledCounter: job.stalledCounter }),
    progress: 0,
    data: data.success ? data.data : HIDDEN,
    opts: optionsOf(job.opts),
    returnValue: job.returnValue === "done" ? "done" : null,
    isFailed,
    ...(isFailed ? { failedReason: HIDDEN } : {}),
    stacktrace: isFailed ? [HIDDEN] : [],
    ...(job.externalUrl === undefined ? {} : { externalUrl: job.externalUrl }),
  };
}

const NAMES = ["send", "check", "callback"];

const OPTIONS = ["attempts", "priority", "delay", "backoff", "removeOnComplete", "removeOnFail"];

function optionsOf(options: unknown): Record<string, unknown> {
  const entries = Object.entries(options ?? {});
  return Object.fromEntries(entries.filter(([name]) => OPTIONS.includes(name)));
}

/** From a work order to the message that it carries, or the first of them. */
export function externalUrlOf({ data }: { readonly data: unknown }): ExternalJobUrl {
  const parsed = JobData.safeParse(data);
  const [first = ""] = parsed.success ? parsed.data.ids : [];
  return { displayText: "Message", href: `/messages/${first}` };
}
