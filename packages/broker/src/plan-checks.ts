import type { Capabilities } from "@hermod/core/capabilities";
import { type AccountBase, checkOf, type Settings } from "@hermod/core/config";
import { MAX_IDS_PER_JOB } from "@hermod/core/job";
import type { RequestTerms } from "@hermod/core/polling/request";
import type { Broker } from "./open-broker.ts";
import type { RedisClock } from "./redis-clock.ts";

/** How an account is followed. */
export interface FollowedAccount extends RequestTerms {
  readonly name: string;
  readonly statusPerSecond: number;
  /** One request asks about one batch, as it was sent. */
  readonly grouped: boolean;
}

/** How an account that is configured so is followed. */
export function followedAccount(
  settings: Settings,
  name: string,
  account: AccountBase,
  { statusBatch: batch, asksBatches: grouped = false }: Pick<Capabilities, "statusBatch" | "asksBatches">,
): FollowedAccount {
  const { maxMs } = checkOf(settings, account);
  return { name, batch, maxMs, statusPerSecond: account.statusPerSecond, grouped };
}

/** Orders that may wait at once, of each account: enough to keep the workers busy until the next look, within its budget. */
const FEWEST_WAITING = 2;
const MOST_WAITING = 20;
const UNTIL_NEXT_LOOK_MS = 200;

/** A claimed message is due again after this time, should whoever took it die. */
const CLAIM_MS = 60_000;

/** A request that tries a resting account, and that nobody heard of again, is followed by another one after this time. */
const PROBE_MS = 30_000;

/**
 * Turns what is worth a request at one account into check orders, as its status budget allows; while it rests after a refusal,
 * only the one request that tries it again. Returns the number of requests.
 */
export async function planChecks(
  { due, queues, pauses }: Pick<Broker, "due" | "queues" | "pauses">,
  clock: Pick<RedisClock, "now">,
  account: FollowedAccount,
): Promise<number> {
  const { name, batch, maxMs, statusPerSecond: perSecond, grouped } = account;
  const [waiting, pause] = await Promise.all([queues.waiting("check", name), pauses.get(name)]);
  const perOrder = Math.max(1, Math.floor(MAX_IDS_PER_JOB / batch));
  const soon = Math.ceil((perSecond * UNTIL_NEXT_LOOK_MS) / 1000 / perOrder);
  const room = Math.min(MOST_WAITING, Math.max(FEWEST_WAITING, soon)) - waiting;
  if (room <= 0 || (pause !== undefined && pause.probeAt > clock.now())) return 0;
  const most = pause === undefined ? room * perOrder : 1;
  const claim = { batch, maxMs, perSecond, requests: most, leaseMs: CLAIM_MS, grouped };
  const claimed = await due.claim(name, claim);
  const requests = pause === undefined ? claimed : await probing(claimed);
  await queues.add("check", name, ordersOf(requests, clock.now()));
  return requests.length;

  /** At most one of the claimed requests. */
  async function probing([first, ...others]: string[][]): Promise<string[][]> {
    const [id] = first ?? [];
    if (first === undefined || id === undefined) return [];
    const isProbe = await pauses.probe(name, id, PROBE_MS);
    await due.giveBack(name, isProbe ? others.flat() : [first, ...others].flat());
    return isProbe ? [first] : [];
  }
}

/** Whole requests, as many in an order as it carries. */
function ordersOf(requests: readonly string[][], at: number) {
  const orders: string[][] = [];
  for (const request of requests) {
    const last = orders.at(-1);
    if (last !== undefined && last.length + request.length <= MAX_IDS_PER_JOB) last.push(...request);
    else orders.push([...request]);
  }
  return orders.map((ids) => {
    return { jobId: `c-${ids[0]}-${at.toString(36)}`, priority: "normal" as const, ids };
  });
}
