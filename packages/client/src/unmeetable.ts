import type { Broker } from "@hermod/broker/open-broker";
import type { OpenCount } from "@hermod/broker/open-messages";
import { HermodInputError } from "@hermod/core/input-error";
import type { ParsedMessageInput, Priority } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import type { KnownAccounts } from "./known-accounts.ts";

/** The lanes that go before a message of each lane, its own among them. */
const AHEAD: Readonly<Record<Priority, readonly Priority[]>> = {
  urgent: ["urgent"],
  normal: ["urgent", "normal"],
  bulk: ["urgent", "normal", "bulk"],
};

/**
 * Finds the messages that would expire before their turn, because too many wait before them at the first account of their
 * route, those of the same call counted in. Where segments are limited each counts as one, so that no message is refused that
 * could be in time. One that was taken before, under the same idempotency key, is none of them. Returns what is wrong with each
 * message, in order.
 */
export async function unmeetable(
  broker: Broker,
  accounts: KnownAccounts,
  inputs: readonly ParsedMessageInput[],
  records: readonly MessageRecord[],
): Promise<(HermodInputError | undefined)[]> {
  const waiting = waitingIn(await broker.store.countOpen());
  const late = records.map((record, index) => {
    const { account, priority, acceptedAt, releaseAt, expiresAt } = record;
    const ahead = AHEAD[priority].reduce((sum, lane) => sum + (waiting.get(`${account} ${lane}`) ?? 0), 0);
    const turnInMs = (ahead / (accounts.get(account)?.sendPerSecond ?? Number.POSITIVE_INFINITY)) * 1000;
    const isLate = acceptedAt + turnInMs > expiresAt && releaseAt <= acceptedAt;
    if (isLate && inputs[index]?.deadlineCheck !== false) return { id: record.id, turnInMs };
    waiting.set(`${account} ${priority}`, (waiting.get(`${account} ${priority}`) ?? 0) + 1);
    return undefined;
  });
  const found = await broker.store.load(late.flatMap((one) => one?.id ?? []));
  const known = found.values();
  return late.map((one) =>
    one === undefined || known.next().value?.kind !== "missing" ? undefined : refusal(one.turnInMs),
  );
}

function waitingIn(counts: readonly OpenCount[]): Map<string, number> {
  const waiting = counts.filter(({ state }) => state === "queued");
  return new Map(waiting.map(({ account, priority, count }) => [`${account} ${priority}`, count]));
}

function refusal(turnInMs: number): HermodInputError {
  const seconds = Math.ceil(turnInMs / 1000);
  const message = `is before the turn of the message, which comes in about ${seconds} s`;
  return new HermodInputError([{ path: "expiresInMs", code: "unmeetable_deadline", message }]);
}
