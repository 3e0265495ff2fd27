import type { Attempt, MessageRecord } from "@hermod/core/record";
import { z } from "zod";

const VERDICTS = ["open", "maybeSent", "accepted"] as const satisfies Attempt["verdict"][];

/**
 * An attempt as a short list: number, account (its place in the route), verdict (its place above), provider
 * id, batch id and, where there is one, its place in the batch. Redis keeps a hash packed, at a third of the memory, only while no value is longer than 64
 * bytes.
 */
export const StoredAttempt = z.tuple([
  z.int(),
  z.union([z.int(), z.string()]),
  z
    .int()
    .min(0)
    .max(VERDICTS.length - 1),
  z.string().nullable(),
  z.string().nullable(),
  z.tuple([z.int().min(0), z.int().min(1)]).exactOptional(),
]);

/** How an attempt of the record is written. */
export function packed(
  { route }: MessageRecord,
  { n, account, verdict, providerId, batchId, place }: Attempt,
) {
  const at = route.indexOf(account);
  const ids = [providerId ?? null, batchId ?? null];
  return [
    n,
    at < 0 ? account : at,
    VERDICTS.indexOf(verdict),
    ...ids,
    ...(place === undefined ? [] : [place]),
  ];
}

/** The attempt that was written so, by the route of its record. */
export function unpacked(
  route: readonly string[],
  [n, account, verdict, providerId, batchId, place]: z.infer<typeof StoredAttempt>,
): Attempt {
  return {
    n,
    account: typeof account === "string" ? account : (route[account] ?? ""),
    verdict: VERDICTS[verdict] ?? "maybeSent",
    ...(providerId === null ? {} : { providerId }),
    ...(batchId === null ? {} : { batchId }),
    ...(place === undefined ? {} : { place }),
  };
}
