import type { AppJob } from "@bull-board/api/typings/app";
import { expect, test } from "vitest";
import { externalUrlOf, redactedAnswer } from "./redact-jobs.ts";

const ID = "0".repeat(26);
const CANARY = "+84836106872";

const JOB: AppJob = {
  id: "s-1",
  name: "send",
  timestamp: 1,
  processedOn: 2,
  finishedOn: 3,
  attempts: 1,
  progress: 0,
  data: { v: 1, ids: [ID] },
  opts: { attempts: 20, priority: 2 },
  returnValue: "done",
  isFailed: false,
  stacktrace: [],
};

const HOSTILE = {
  ...JOB,
  name: CANARY,
  progress: { text: CANARY },
  data: { v: 1, ids: [ID], to: CANARY },
  opts: { attempts: 20, text: CANARY },
  returnValue: { to: CANARY },
  isFailed: true,
  failedReason: `no route to ${CANARY}`,
  stacktrace: [`Error: no route to ${CANARY}`],
  groupId: CANARY,
  deduplicationId: CANARY,
  deferredFailure: CANARY,
  processedBy: CANARY,
  added: CANARY,
} as AppJob;

const ANSWERS = {
  "/api/queues": { queues: [{ name: "send.main", jobs: [HOSTILE] }] },
  "/api/queues/:queueName/:jobId": { job: HOSTILE, status: "failed" },
  "/api/queues/:queueName/:jobId/logs": [`calling ${CANARY}`],
  "/api/queues/:queueName/:jobId/flow": { nodeId: "s-1", isFlowNode: true, flowRoot: { name: CANARY } },
};

test.for(Object.entries(ANSWERS))("whatever a job holds, %s shows nothing of it but ids", ([route, body]) => {
  const text = JSON.stringify(redactedAnswer(route, { body }));
  expect(text).not.toContain(CANARY);
});

test("a work order of ours is shown with the ids in it, and one that failed as failed", () => {
  const shown = (job: AppJob) =>
    redactedAnswer("/api/queues/:queueName/:jobId", { body: { job, status: "completed" } }).body;
  expect(shown(JOB)).toMatchObject({ job: { id: "s-1", data: { v: 1, ids: [ID] }, returnValue: "done" } });
  expect(shown({ ...JOB, isFailed: true, failedReason: "x" })).toMatchObject({ job: { isFailed: true } });
});

test("what Bull Board refused is passed on", () => {
  const refusal = { status: 404, body: { error: { key: "ERRORS.JOB_NOT_FOUND" } } } as const;
  expect(redactedAnswer("/api/queues/:queueName/:jobId", refusal)).toEqual(refusal);
});

test("a job leads to the page of its message", () => {
  expect(externalUrlOf(JOB)).toEqual({ displayText: "Message", href: `/messages/${ID}` });
});
