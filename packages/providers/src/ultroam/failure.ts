import { deliveryMeaning } from "./codes.ts";
import { isNumber } from "./number.ts";
import type { DeliveryRecord, ResultRecord } from "./wire.ts";

/** How far two times of one message may lie apart. */
export const WINDOW_MS = 86_400_000;

/** Why a message failed, in the network's words. */
export interface Failure {
  readonly code: string;
  readonly meaning: string;
}

/** Whether the network may have told why this message failed: it tells of parts that it took alone. */
export function mayHaveReason({ status, succ_count, number, port, ref_id }: ResultRecord): boolean {
  const named = number !== undefined && port !== undefined && ref_id !== undefined;
  return named && status?.toUpperCase() === "FAILED" && succ_count !== 0;
}

/**
 * The failure among delivery reports that belongs to a record: the one with its port, number, reference and time
 * (docs/providers/ultroam.md §6). Parts of a long message have successive references, which begin anew after 255. More
 * reports than parts would mix messages up, so that nothing is told then.
 */
export function failureOf(record: ResultRecord, deliveries: readonly DeliveryRecord[]): Failure | undefined {
  const { number = "", port, ref_id = 0, time, count = 1 } = record;
  const own = deliveries.filter((delivery) => {
    const part = (delivery.ref_id - ref_id + 256) % 256;
    const apartMs = Math.abs((delivery.time ?? time ?? 0) - (time ?? delivery.time ?? 0));
    return (
      delivery.port === port && part < count && apartMs <= WINDOW_MS && isNumber(delivery.number, number)
    );
  });
  if (new Set(own.map(({ ref_id }) => ref_id)).size !== own.length) return undefined;
  const code = Math.max(...own.map(({ status_code }) => status_code));
  const meaning = deliveryMeaning(code);
  const failed = meaning === "temporary" || meaning === "permanent";
  return failed ? { code: String(code), meaning } : undefined;
}
