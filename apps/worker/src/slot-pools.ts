import type { Pacer } from "@hermod/broker/pacer";
import type { AccountContext } from "./account-context.ts";
import { paceTogether } from "./pace-together.ts";
import { batchSize, mostBegun } from "./send-batch.ts";
import { openSlotPool, type Pace } from "./slots.ts";

/**
 * The pools of one account. Where messages are counted a slot is for a request: where one carries several, there are fewer of them.
 * Where segments are, requests weigh differently.
 */
export function slotPools(
  pacer: Pacer,
  name: string,
  { account, capabilities }: Pick<AccountContext, "account" | "capabilities">,
): AccountContext["slots"] {
  const { sendPerSecond, statusPerSecond, rateUnit } = account;
  const isWeighed = rateUnit === "segment";
  const size = isWeighed ? 1 : batchSize({ account, capabilities });
  const perSecond = size === 1 ? sendPerSecond : Math.floor(sendPerSecond / size);
  const paceOf = (lane: "send" | "status", mostPerSecond: number, weighs: boolean): Pace => ({
    reserve: (units, limits) =>
      pacer.reserve(name, lane, weighs ? units : units.length, { ...limits, perSecond: mostPerSecond }),
    giveBack: (row) => pacer.giveBack(name, lane, row),
  });
  return {
    send: openSlotPool(
      paceTogether(paceOf("send", perSecond, isWeighed), mostBegun({ account, capabilities })),
    ),
    status: openSlotPool(paceOf("status", statusPerSecond, false)),
  };
}
