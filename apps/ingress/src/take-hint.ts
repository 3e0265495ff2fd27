import { askAtOnce, type PushTerms } from "@hermod/core/pushed";
import type { EvidenceParts } from "./take-evidence.ts";

/**
 * Has an account's provider asked at once about whatever still waits for a report of a number that it said something of. A hint is
 * no evidence: it is lost without harm, since the provider is asked in any case.
 */
export async function takeHint(
  { broker, now, report, planAtOnce }: EvidenceParts,
  account: string,
  { terms, following }: PushTerms,
  number: string,
): Promise<"asks" | "nothing"> {
  const { identities, store } = broker;
  try {
    const loaded = await store.load(await identities.findByNumber(account, number));
    const changes = loaded.flatMap((found) => {
      if (found.kind !== "record") return [];
      const { record } = found;
      const dueAt = askAtOnce(record, account, { at: now(), terms, following });
      return dueAt === undefined ? [] : [{ before: record, after: record, dueAt }];
    });
    await store.commit(changes, "always");
    if (changes.length > 0) planAtOnce(account);
    return changes.length > 0 ? "asks" : "nothing";
  } catch (error) {
    report("hint could not be followed", error);
    return "nothing";
  }
}
