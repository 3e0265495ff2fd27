import type { IndexFill } from "@hermod/broker/backlog";
import type { OpenBreaker } from "@hermod/broker/breaker";
import type { Observer } from "@hermod/broker/observe";
import type { MessageStanding } from "@hermod/broker/public-record";
import type { QueueGlance } from "@hermod/broker/queue-glance";
import type { Announcement } from "@hermod/core/announcement";
import { Settings } from "@hermod/core/config";
import type { FollowingFigures } from "@hermod/core/polling/following-figures";
import type { RateUnit } from "@hermod/core/rate-unit";
import { type DeliveryFigures, deliveryFigures } from "./delivery-figures.ts";
import { type OpenFigures, openFigures } from "./open-figures.ts";
import { sendRate } from "./send-rate.ts";

/** How an account fares. */
export interface AccountFigures {
  readonly name: string;
  readonly provider: string;
  /** Messages a second lately; at most so many of them, or of their segments. */
  readonly perSecond: number;
  readonly mostPerSecond: number;
  readonly rateUnit: RateUnit;
  /** Why nothing goes through it. */
  readonly breaker: OpenBreaker | undefined;
  /** The held messages that are released first. */
  readonly held: readonly MessageStanding[];
  readonly send: QueueFigures;
  readonly check: QueueFigures;
  readonly delivery: DeliveryFigures;
  /** How its messages are followed, and which of them wait for a look. */
  readonly following: FollowingFigures;
  readonly due: IndexFill;
}

/** Work orders that wait or are worked at. */
export interface QueueFigures {
  readonly waiting: number;
  readonly active: number;
  readonly paused: boolean;
}

export interface Overview {
  /** When this was read. */
  readonly at: number;
  readonly accounts: readonly AccountFigures[];
  readonly open: OpenFigures;
}

/** Open messages that are looked at to find the oldest: all of them on most days. */
const MOST_OPEN = 2000;

/** Held messages that are listed, of each account. */
const MOST_HELD = 20;

/** The default of accounts whose workers do not tell theirs. */
const MAX_CHECK_MS = Settings.parse({}).check.maxMs;

/** For how long a message of an account may wait for others to share a request with. */
function patienceMs({ capabilities, check }: Announcement): number {
  return capabilities.statusBatch > 1 ? (check?.maxMs ?? MAX_CHECK_MS) : 0;
}

/** Orders that tell of the last minute, and of the whole time that they are kept. */
const SAMPLING = { inHand: 20, newest: 200, places: 24, perPlace: 10 };
const NO_SAMPLE = { inHand: 0, newest: 0, places: 0, perPlace: 1 };

/** Messages of an account that are looked up: of the last minute, and of the whole time. */
const MOST_NEWEST = 1000;
const MOST_SPREAD = 600;

/** Reads all figures of the overview. What it costs has a bound that does not depend on how much there is. */
export async function readOverview(observer: Observer, now: () => number): Promise<Overview> {
  const [announced, counts, { ids, isAll }] = await Promise.all([
    observer.accounts(),
    observer.countOpen(),
    observer.sampleOpen(MOST_OPEN),
  ]);
  const open = openFigures(counts, await observer.records.standings(ids), isAll, now());
  const accounts = await Promise.all(
    [...announced]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(async ([name, account]): Promise<AccountFigures> => {
        const [breaker, held, send, check, following, due] = await Promise.all([
          observer.breaker(name),
          heldOf(observer, name),
          observer.glance("send", name, SAMPLING),
          observer.glance("check", name, NO_SAMPLE),
          observer.following(name),
          observer.checksDue(name, patienceMs(account)),
        ]);
        const sent = await sentFigures(observer, send, now);
        const queues = { send, check, following, due };
        const { provider, sendPerSecond: mostPerSecond, rateUnit = "message" } = account;
        return { name, provider, mostPerSecond, rateUnit, breaker, held, ...queues, ...sent };
      }),
  );
  return { at: now(), accounts, open };
}

async function heldOf({ records, firstHeld }: Observer, account: string): Promise<MessageStanding[]> {
  const standings = await records.standings(await firstHeld(account, MOST_HELD));
  // One may have been released in between.
  return standings.filter(({ state }) => state === "held");
}

async function sentFigures(
  { records }: Observer,
  { inHand, newest, spread }: QueueGlance,
  now: () => number,
) {
  const recent = unique([...inHand, ...newest]);
  const [lately, sample] = await Promise.all([
    records.standings(recent.slice(0, MOST_NEWEST)),
    records.standings(evenly(unique([...inHand, ...spread]), MOST_SPREAD)),
  ]);
  const isCut = newest.length >= SAMPLING.newest || recent.length > MOST_NEWEST;
  return { perSecond: sendRate(lately, isCut, now()), delivery: deliveryFigures(sample, now()) };
}

function unique(orders: readonly (readonly string[])[]): string[] {
  return [...new Set(orders.flat())];
}

/** So many of a list, from all over it. */
function evenly<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)]).flatMap(
    (item) => (item === undefined ? [] : [item]),
  );
}
