import { announceAccounts } from "@hermod/broker/accounts";
import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { consume } from "@hermod/broker/consume";
import { type Observer, openObserver } from "@hermod/broker/observe";
import { openBroker } from "@hermod/broker/open-broker";
import { acceptedRecord } from "@hermod/core/accept";
import type { Announcement } from "@hermod/core/announcement";
import type { Decision } from "@hermod/core/decision";
import { MessageInput } from "@hermod/core/message";
import { type OwnRedis, startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { beginCallbacks, seedCallbacks } from "./seeded-callbacks.ts";

export const ACCOUNT = "main";
export const QUEUE = `send.${ACCOUNT}`;

/** What no answer of a board may hold. */
export const CANARIES = {
  number: "84836106872",
  text: "canary-text",
  otp: "734914",
  thrown: "canary-thrown",
};

/** A work order in each state that it can be found in; `s-foreign` is not one of ours. */
const DECISIONS: Readonly<Record<string, Decision>> = {
  "s-completed": { kind: "done" },
  "s-failed": { kind: "stop", reason: `${CANARIES.thrown} ${CANARIES.number}` },
  "s-delayed": { kind: "retry", afterMs: 3_600_000 },
};

export const JOBS = [...Object.keys(DECISIONS), "s-waiting", "s-foreign"];

/** A Redis in which an installation left messages and orders of every kind, and in which nobody works any more. */
export interface SeededRedis extends AsyncDisposable {
  readonly redis: OwnRedis;
  readonly link: RedisLink;
  readonly observer: Observer;
  readonly ids: readonly string[];
  announce(...accounts: string[]): Promise<void>;
  /** From now on this producer gets callbacks. */
  callBack(producer: string): Promise<void>;
}

export async function seededRedis(): Promise<SeededRedis> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const link = stack.use(await connectRedis(redis.url, "process"));
  const retention = () => ({ recordMs: 3_600_000, textMs: 3_600_000 });
  const broker = stack.use(await openBroker(link, { partitions: 2, retention }));
  const { installation, store, queues } = broker;
  const observer = stack.use(await openObserver(link));
  const announce = (...accounts: string[]): Promise<void> =>
    announceAccounts(
      link.redis,
      installation.keys,
      Object.fromEntries(accounts.map((name) => [name, ANNOUNCED])),
    );
  await announce(ACCOUNT);
  const records = JOBS.map(() => {
    const id = installation.messageId("test", undefined);
    return acceptedRecord(MESSAGE, { id, bodyHash: "", at: link.clock.now() });
  });
  await store.create(records);
  const ids = records.map(({ id }) => id);
  const add = async (jobId: string): Promise<void> => {
    const id = ids[JOBS.indexOf(jobId)] ?? "";
    await queues.add("send", ACCOUNT, [{ jobId, priority: "normal", ids: [id] }]);
  };
  for (const jobId of Object.keys(DECISIONS)) await add(jobId);
  await work(
    link,
    broker.installation.keys,
    async ([id]) => {
      return DECISIONS[JOBS[ids.indexOf(id ?? "")] ?? ""] ?? { kind: "done" };
    },
    async () => {
      const counts = await observer.queue("send", ACCOUNT).getJobCounts("completed", "failed", "delayed");
      return Object.values(counts).every((count) => count === 1);
    },
  );
  await add("s-waiting");
  const hostile = { v: 1, ids: [ids.at(-1) ?? ""], to: CANARIES.number, text: CANARIES.text };
  await observer
    .queue("send", ACCOUNT)
    .add(CANARIES.text, hostile as never, { jobId: "s-foreign", delay: 3_600_000 });
  // They would end by themselves, in the middle of a comparison.
  const { queuePrefix } = installation.keys;
  await link.redis.del(`${queuePrefix}:${QUEUE}:limiter`, `${queuePrefix}:${QUEUE}:stalled-check`);
  await seedCallbacks(link, installation.keys, observer, `${CANARIES.thrown} ${CANARIES.number}`);
  const owned = stack.move();
  const callBack = (producer: string) => beginCallbacks(link, installation.keys, producer);
  return {
    redis,
    link,
    observer,
    ids,
    announce,
    callBack,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const ANNOUNCED: Announcement = {
  v: 1,
  provider: "etelecom",
  capabilities: {
    ...{ content: ["template"], reference: "none", lookup: "none", reports: "poll" },
    ...{ sendBatch: 1, statusBatch: 1, validity: false },
  },
  sendPerSecond: 10,
  retention: { recordMs: 3_600_000, textMs: 3_600_000 },
};

const MESSAGE = MessageInput.parse({
  account: ACCOUNT,
  to: `+${CANARIES.number}`,
  content: { template: "OTP", params: { otp: CANARIES.otp }, text: CANARIES.text },
  metadata: { note: CANARIES.text },
  expiresInMs: 3_600_000,
});

async function work(
  link: RedisLink,
  keys: Parameters<typeof consume>[0]["keys"],
  handle: Parameters<typeof consume>[0]["handle"],
  done: () => Promise<boolean>,
): Promise<void> {
  await using _worker = consume({
    ...{ redis: link.another(), keys, kind: "send", account: ACCOUNT, handle, concurrency: 1 },
    ...{ lockMs: 30_000, stalledMs: 15_000, stopping: new AbortController().signal, onError: () => {} },
  });
  await waitUntil("the orders to be worked at", done);
}
