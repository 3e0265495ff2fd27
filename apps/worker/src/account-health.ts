import { EMPTY_TALLY, isOutage, tallied } from "@hermod/core/outage";
import type { Outcome } from "@hermod/core/outcome";
import type { AccountContext } from "./account-context.ts";

/** Opens and closes the account's breaker by what its attempts prove. */
export interface AccountHealth {
  /** `probe`: the message, if it was let through an open breaker to try the account. */
  learn(outcome: Outcome, probe: string | undefined): Promise<void>;
}

type Parts = Pick<AccountContext, "broker" | "name" | "settings" | "log">;

/** Our word for an account whose provider does not answer. */
const UNAVAILABLE = "unavailable";

export function openAccountHealth({ broker, name, settings, log }: Parts): AccountHealth {
  const { breaker } = settings;
  let tally = EMPTY_TALLY;
  const trip = async (code: string): Promise<void> => {
    tally = EMPTY_TALLY;
    const opened = await broker.breakers.trip(name, code, breaker.probeMs);
    if (opened) log.warn({ account: name, code }, "account stopped: its messages are held");
  };
  return {
    async learn(outcome, probe) {
      if (outcome.kind === "rejected" && outcome.scope === "account") return await trip(outcome.code);
      tally = tallied(tally, outcome, performance.now(), breaker);
      const isBad = outcome.kind === "maybeSent" || outcome.kind === "notSent";
      if (probe !== undefined) {
        // Given back before it was written, it tried nothing.
        if (outcome.kind === "notSent" && outcome.phase === "guard") return;
        if (isBad) return await trip(UNAVAILABLE);
        if (await broker.breakers.close(name, probe)) log.warn({ account: name }, "account works again");
      } else if (isBad && isOutage(tally, breaker)) await trip(UNAVAILABLE);
    },
  };
}
