import type { Observer } from "@hermod/broker/observe";
import type { QueueKind } from "@hermod/broker/queues";
import type { Environment } from "../environment.ts";
import { printRows } from "../print-rows.ts";
import { openInstallation } from "./installation.ts";
import type { Look } from "./operate-arguments.ts";

/** Work orders of a queue. */
interface QueueView {
  readonly account: string;
  readonly queue: QueueKind;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly paused: boolean;
  /** Why nothing is sent through the account; of its send queue alone. */
  readonly breaker?: string;
}

/** Shows the queues of all accounts that were announced. */
export async function showQueues({ json }: Look, env: Environment): Promise<number> {
  await using installation = await openInstallation(env);
  const { observer } = installation;
  const names = [...(await observer.accounts()).keys()].sort();
  const views = await Promise.all(
    names.flatMap((name) => [viewOf(observer, name, "send"), viewOf(observer, name, "check")]),
  );
  if (json) console.log(JSON.stringify(views));
  else printRows(["account", "queue", "waiting", "active", "delayed", "failed", ""], views.map(cellsOf));
  return 0;
}

async function viewOf(observer: Observer, account: string, kind: QueueKind): Promise<QueueView> {
  const queue = observer.queue(kind, account);
  const [counts, paused, breaker] = await Promise.all([
    queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed"),
    queue.isPaused(),
    kind === "send" ? observer.breaker(account) : undefined,
  ]);
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return {
    account,
    queue: kind,
    waiting: waiting + prioritized,
    active,
    delayed,
    failed,
    paused,
    ...(breaker === undefined ? {} : { breaker: breaker.code }),
  };
}

function cellsOf({ account, queue, waiting, active, delayed, failed, paused, breaker }: QueueView): string[] {
  const standing = [paused ? "paused" : "", breaker === undefined ? "" : `held: ${breaker}`];
  const counts = [waiting, active, delayed, failed].map(String);
  return [account, queue, ...counts, standing.filter((word) => word !== "").join(", ")];
}
