import type { Pacer } from "@hermod/broker/pacer";
import type { AccountContext } from "./account-context.ts";
import { batchSize } from "./send-batch.ts";
import { openSlotPool, type Pace } from "./slots.ts";

/** The pools of one account. Slots are for requests: where one carries several messages, there are fewer of them. */
export function slotPools(
  pacer: Pacer,
  name: string,
  { account, capabilities }: Pick<AccountContext, "account" | "capabilities">,
): AccountContext["slots"] {
  const { sendPerSecond, statusPerSecond } = account;
  const size = batchSize({ account, capabilities });
  const perSecond = size === 1 ? sendPerSecond : Math.floor(sendPerSecond / size);
  const paceOf = (lane: "send" | "status", mostPerSecond: number): Pace => ({
    reserve: (slots, limits) => pacer.reserve(name, lane, slots, { ...limits, perSecond: mostPerSecond }),
    giveBack: (row) => pacer.giveBack(name, lane, row),
  });
  return {
    send: openSlotPool(paceOf("send", perSecond)),
    status: openSlotPool(paceOf("status", statusPerSecond)),
  };
}
