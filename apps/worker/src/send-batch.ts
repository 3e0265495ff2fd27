import { inRequests, unitsOf } from "@hermod/core/rate-unit";
import type { MessageRecord } from "@hermod/core/record";
import type { AccountContext } from "./account-context.ts";

type Sending = Pick<AccountContext, "account" | "capabilities">;

/** Messages that go in one request, and what it counts for in the account's limit. */
export interface SendRequest {
  readonly messages: readonly MessageRecord[];
  readonly units: number;
}

/** Most messages in one request: what the provider takes and its account says, within the limit of a second. */
export function batchSize({ capabilities, account }: Sending): number {
  return Math.max(1, Math.min(capabilities.sendBatch, Math.floor(account.sendPerSecond)));
}

/** On a busy machine it takes so long to record that a request begins, and until its slot comes then. */
const BEGINNING_MS = 100;

/** As many requests as a process gets through in that time, and the most connections that an account may have. */
const MOST_BEGUN = 256;

/**
 * Most requests of a process that begin or wait: those that go while others begin, a tenth of a second's worth. Whoever dies leaves
 * them in doubt, though unwritten.
 */
export function mostBegun(context: Sending): number {
  const perSecond = context.account.sendPerSecond / batchSize(context);
  return Math.min(Math.ceil((perSecond * BEGINNING_MS) / 1000), MOST_BEGUN);
}

/** Where segments are counted, a request of several messages carries no more than a quarter of a second's. */
const REQUESTS_A_SECOND = 4;

/** Messages by the request they go in. Where messages are counted a request has a slot whatever it carries, and counts as one. */
export function requestsOf(context: Sending, records: readonly MessageRecord[]): readonly SendRequest[] {
  const most = batchSize(context);
  const { sendPerSecond, rateUnit } = context.account;
  if (rateUnit === "message") {
    const requests = inRequests(records, { most, mostUnits: most }, () => 1);
    return requests.map(({ messages }) => ({ messages, units: 1 }));
  }
  const mostUnits = Math.floor(sendPerSecond / REQUESTS_A_SECOND);
  return inRequests(records, { most, mostUnits }, ({ content }) =>
    unitsOf(content, rateUnit, context.capabilities.text),
  );
}

/** The messages of an order that begin together: as many as may, and where segments are counted a tenth of a second's worth. */
export function firstOf(context: Sending, records: readonly MessageRecord[]): readonly MessageRecord[] {
  const { sendPerSecond, rateUnit } = context.account;
  const most = mostBegun(context) * batchSize(context);
  if (rateUnit === "message") return records.slice(0, most);
  const [first] = inRequests(
    records.slice(0, most),
    { most, mostUnits: Math.ceil(sendPerSecond / 10) },
    (record) => unitsOf(record.content, rateUnit, context.capabilities.text),
  );
  return first?.messages ?? [];
}
