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

/** It takes about so long to record that a request begins, and until its slot comes then: longer, the more of them keep the process busy. */
const BEGINNING_MS = 25;
const LONGER_MS_PER_SECOND = 0.05;

/** As many requests as a process gets through in a tenth of a second, and the most connections that an account may have. */
const MOST_BEGUN = 256;

/**
 * Most requests of a process that begin or wait: as many as can be on the wire, or more where more of them go while others begin, but
 * no more than a tenth of a second's worth. Whoever dies leaves them in doubt, though unwritten.
 */
export function mostBegun(context: Sending): number {
  const { connections, sendPerSecond } = context.account;
  const perSecond = sendPerSecond / batchSize(context);
  const beginningMs = BEGINNING_MS + perSecond * LONGER_MS_PER_SECOND;
  const meanwhile = Math.max(connections, Math.ceil((perSecond * beginningMs) / 1000));
  return Math.min(meanwhile, Math.ceil(perSecond / 10), MOST_BEGUN);
}

/**
 * Whether requests wait for one another to begin, and not for slots: the limit is more than a process gets through. Below that whoever
 * waited for its turn first would ask for slots too late to use the limit.
 */
export function turnsComeFirst(context: Sending): boolean {
  return mostBegun(context) === MOST_BEGUN;
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
