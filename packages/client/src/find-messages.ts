import { HermodInputError } from "@hermod/core/input-error";
import { type MessageView, viewOf } from "@hermod/core/view";
import { z } from "zod";
import type { Session } from "./open-session.ts";
import { unreadable } from "./wait-for-final.ts";
import { openDeadline } from "./within-deadline.ts";

/** More is nobody's to read. */
const MOST = 100;

/** The latest messages to a number, the newest first; throws `HermodInputError` for what is no number in E.164 form. */
export async function findMessages(
  { current }: Session,
  number: string,
  closed: AbortSignal,
): Promise<MessageView[]> {
  closed.throwIfAborted();
  if (!z.e164().safeParse(number).success)
    throw new HermodInputError([
      { path: "number", message: "must be in E.164 form, for example +84836106872" },
    ]);
  return await openDeadline(closed).within(async () => {
    const { store, findByNumber } = await current();
    const found = await store.load(await findByNumber(number));
    const records = found.flatMap((loaded) => {
      if (loaded.kind === "unreadable") throw unreadable(loaded.why);
      // A hash is short, and may be that of two numbers.
      return loaded.kind === "record" && loaded.record.to === number ? [loaded.record] : [];
    });
    return records
      .sort((one, other) => other.acceptedAt - one.acceptedAt)
      .slice(0, MOST)
      .map(viewOf);
  });
}
