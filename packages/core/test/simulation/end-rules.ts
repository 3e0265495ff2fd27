import { MOST_CRASHES } from "../../src/reconcile.ts";
import type { MessageRecord } from "../../src/record.ts";
import type { Truth } from "./ledger.ts";
import { fail } from "./violation.ts";
import type { World } from "./world.ts";

/** Checks that a final state says nothing that is not true. */
export function checkEnd(world: World, record: MessageRecord): void {
  const { state, reason } = record;
  const truth = world.ledger.of(record.id);
  switch (state) {
    case "delivered":
    case "read":
    case "undelivered":
      if (!truth.said.has(state)) fail(record, `${state}, which no provider said`);
      return;
    case "rejected":
    case "expired":
      if (reason === "by_provider" || reason === "at_provider") {
        if (truth.said.has(state)) return;
        if (state === "expired") fail(record, "expired, which no provider said");
      }
      checkNeverTaken(world, record, truth);
      return;
    case "failed":
      if (reason === "poison" && truth.deaths < MOST_CRASHES)
        fail(record, `set aside after ${truth.deaths} deaths`);
      checkNeverTaken(world, record, truth);
      return;
    case "canceled":
    case "suppressed":
      checkNeverTaken(world, record, truth);
      return;
    default:
  }
}

function checkNeverTaken(world: World, record: MessageRecord, { acceptances }: Truth): void {
  if (acceptances.length > 0 && !world.isExcused(record.id))
    fail(record, `${record.state} (${record.reason}), and its provider took it`);
}
