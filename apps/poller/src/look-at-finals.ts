import type { RedisLink } from "@hermod/broker/connect";
import { type GroupStanding, lookAtGroups } from "@hermod/broker/final-groups";
import type { Keys } from "@hermod/broker/keys";
import type { Logger } from "@hermod/service/log";

export interface FinalsParts {
  readonly link: Pick<RedisLink, "redis" | "clock">;
  readonly keys: Keys;
  readonly keepFinals: number;
  readonly log: Logger;
  readonly show: (standings: readonly GroupStanding[]) => void;
}

/** Removes finals that are too many, shows how far their consumers are, and says loudly which of them missed some. */
export async function lookAtFinals({ link, keys, keepFinals, log, show }: FinalsParts): Promise<void> {
  const standings = await lookAtGroups(link.redis, keys, keepFinals, link.clock.now());
  show(standings);
  for (const { producer, group, missedNow, waiting } of standings) {
    if (missedNow > 0)
      log.error({ producer, group, missed: missedNow, waiting }, "finals were missed by a group");
  }
}
