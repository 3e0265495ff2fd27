import { mend } from "@hermod/core/mend";
import { askedAccount } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import type { SweepParts } from "./sweep.ts";

/** Records looked at in one round. */
const PAGE = 500;

/** One page of the audit: where the next one begins, and how many records lacked something. */
export interface Audited {
  readonly next: string;
  readonly mended: number;
}

/**
 * Makes sure that every open message has what brings it to its end: a timer, and what its state needs beside it. They move with
 * the record, so that nothing is found missing unless Redis lost a part of its data or somebody deleted a key.
 */
export async function audit(parts: SweepParts, cursor: string): Promise<Audited> {
  const { broker, clock, log, termsOf, chance } = parts;
  const { ids, next } = await broker.store.page(cursor, PAGE);
  const loaded = await broker.store.load(ids);
  const open = loaded.flatMap((found) =>
    found.kind === "record" && !isFinal(found.record.state) ? [found.record] : [],
  );
  const entries = await broker.store.indexEntries(open);
  const at = clock.now();
  const changes = open.flatMap((record, index) => {
    const has = entries[index];
    if (has === undefined) return [];
    const name = askedAccount(record);
    const lookup = termsOf(name).terms.resolution === "ask" ? "byReference" : "none";
    return mend(record, has, { name, lookup }, at, chance()) ?? [];
  });
  // One that moved on since it was loaded took its entries with it, and lacked nothing.
  const committed = await broker.store.commit(changes, "always");
  const mended = committed.filter(({ kind }) => kind === "committed").length;
  if (mended > 0) log.warn({ count: mended }, "index entries were missing");
  return { next, mended };
}
