import type { Broker } from "@hermod/broker/open-broker";
import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import { MessageInput } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import {
  isMeant,
  isReplayed,
  obstaclesTo,
  type ParsedReplayFilter,
  ReplayFilter,
  replayKey,
  replayOf,
} from "@hermod/core/replay";
import type { Session } from "./open-session.ts";
import { sendMany } from "./send-many.ts";
import { openDeadline } from "./within-deadline.ts";

/** What a replay would do. A message may be counted under several of the reasons not to. */
export interface ReplayPlan {
  /** Messages that the filter names. */
  readonly found: number;
  /** Of these: the text is erased, so that nobody can send them again. */
  readonly withoutText: number;
  readonly pastDeadline: number;
  /** A provider has them, or may have them: somebody could get them twice. */
  readonly maybeSent: number;
  /** Replayed already: they are not replayed again. */
  readonly replayedBefore: number;
  /** What would be sent. */
  readonly goes: number;
  /** Of those that would be sent, how many could be somebody's second one. */
  readonly couldDuplicate: number;
  /**
   * About what they would cost, by currency: each as much as messages of its account and day came to on average over the last week.
   * An estimate.
   */
  readonly aboutCost: Readonly<Record<string, number>>;
  /** Of those that would be sent, how many nobody can tell the price of. */
  readonly withoutPrice: number;
}

export interface Replayed extends ReplayPlan {
  /** The old messages and the new ones. */
  readonly sent: readonly { readonly id: string; readonly replayOf: string }[];
  /** What was not taken, and why. */
  readonly refused: readonly { readonly replayOf: string; readonly error: string }[];
}

const PAGE = 1000;
const SENT_AT_ONCE = 500;
const DAY_MS = 86_400_000;

/** Says what a replay would do, and changes nothing. Goes through all records. */
export async function planReplay(
  session: Session,
  filter: ReplayFilter,
  closed: AbortSignal,
): Promise<ReplayPlan> {
  return (await look(session, parse(filter), closed)).plan;
}

/** Sends what the plan says as new messages, each once however often it is asked for. Final states stay as they are. */
export async function replay(session: Session, filter: ReplayFilter, closed: AbortSignal): Promise<Replayed> {
  const parsed = parse(filter);
  const { plan, going } = await look(session, parsed, closed);
  const sent: Replayed["sent"][number][] = [];
  const refused: Replayed["refused"][number][] = [];
  for (let start = 0; start < going.length; start += SENT_AT_ONCE) {
    const some = going.slice(start, start + SENT_AT_ONCE);
    const at = session.clock.now();
    const inputs = some.flatMap((record) => {
      const input = replayOf(record, at, parsed.expiresInMs);
      return input === undefined ? [] : [{ id: record.id, input }];
    });
    const results = await sendMany(
      session,
      inputs.map(({ input }) => MessageInput.safeParse(input)),
      closed,
    );
    for (const [index, result] of results.entries()) {
      const old = inputs[index]?.id ?? "";
      if ("error" in result) refused.push({ replayOf: old, error: result.error.message });
      else sent.push({ id: result.id, replayOf: old });
    }
  }
  return { ...plan, sent, refused };
}

function parse(filter: ReplayFilter): ParsedReplayFilter {
  const parsed = ReplayFilter.safeParse(filter);
  if (parsed.success) return parsed.data;
  throw new HermodInputError(issuesOf(parsed.error));
}

async function look(session: Session, filter: ParsedReplayFilter, closed: AbortSignal) {
  const deadline = openDeadline(closed);
  const broker = await deadline.within(session.current);
  await deadline.within(() => session.clock.refresh());
  const at = session.clock.now();
  const meant = new Map<string, MessageRecord>();
  let cursor = "";
  do {
    const page = await deadline.within(() => broker.store.page(cursor, PAGE));
    const loaded = await deadline.within(() => broker.store.load(page.ids));
    deadline.renew();
    for (const found of loaded)
      if (found.kind === "record" && isMeant(found.record, filter)) meant.set(found.record.id, found.record);
    cursor = page.next;
  } while (cursor !== "");
  const records = [...meant.values()];
  const replayed = await replayedOf(broker, records, deadline);
  const judged = records.map((record) => ({ record, obstacles: obstaclesTo(record, at) }));
  const going = judged.filter(
    ({ record, obstacles }) => !replayed.has(record.id) && isReplayed(obstacles, filter),
  );
  const prices = await deadline.within(() => averagePrices(broker, at));
  const priced = going.map(({ record }) => prices.get(record.account));
  const aboutCost: Record<string, number> = {};
  for (const price of priced)
    if (price !== undefined) aboutCost[price.currency] = (aboutCost[price.currency] ?? 0) + price.about;
  const count = (which: (one: (typeof judged)[number]) => boolean): number => judged.filter(which).length;
  const plan: ReplayPlan = {
    found: records.length,
    withoutText: count(({ obstacles }) => obstacles.withoutText),
    pastDeadline: count(({ obstacles }) => obstacles.pastDeadline),
    maybeSent: count(({ obstacles }) => obstacles.maybeSent),
    replayedBefore: replayed.size,
    goes: going.length,
    couldDuplicate: going.filter(({ obstacles }) => obstacles.maybeSent).length,
    aboutCost: Object.fromEntries(
      Object.entries(aboutCost).map(([currency, about]) => [currency, Math.round(about * 100) / 100]),
    ),
    withoutPrice: priced.filter((price) => price === undefined).length,
  };
  return { plan, going: going.map(({ record }) => record) };
}

/** Those of which there is a replay: its id follows from theirs. */
async function replayedOf(
  broker: Broker,
  records: readonly MessageRecord[],
  deadline: ReturnType<typeof openDeadline>,
): Promise<ReadonlySet<string>> {
  const replayed = new Set<string>();
  for (let start = 0; start < records.length; start += PAGE) {
    const some = records.slice(start, start + PAGE);
    const ids = some.map(({ id, producer }) => broker.installation.messageId(producer, replayKey(id)));
    const loaded = await deadline.within(() => broker.store.load(ids));
    deadline.renew();
    for (const [index, found] of loaded.entries())
      if (found.kind !== "missing") replayed.add(some[index]?.id ?? "");
  }
  return replayed;
}

/** About what a message of each account came to, of those of the last week. */
async function averagePrices(broker: Broker, at: number) {
  const days = Array.from({ length: 7 }, (_, index) =>
    new Date(at - index * DAY_MS).toISOString().slice(0, 10),
  );
  const totals = await broker.costs.read(days);
  const prices = new Map<string, { currency: string; about: number }>();
  for (const [account, own] of Map.groupBy(totals, (total) => total.account)) {
    const priced = own.filter(({ messages, withoutCost }) => messages > withoutCost);
    const messages = priced.reduce((sum, total) => sum + total.messages - total.withoutCost, 0);
    const cost = priced.reduce((sum, total) => sum + Number(total.cost), 0);
    if (messages > 0) prices.set(account, { currency: priced[0]?.currency ?? "", about: cost / messages });
  }
  return prices;
}
