import { EMPTY_TALLY, judged } from "@hermod/core/outage";
import type { Outcome } from "@hermod/core/outcome";
import type { AccountContext } from "./account-context.ts";

/** Opens and closes the account's breaker by what its attempts prove. */
export interface AccountHealth {
  /** Whether the account is stopped for it. `probe`: the message, if it was let through an open breaker to try the account. */
  learn(outcome: Outcome, probe: string | undefined): Promise<boolean>;
}

type Parts = Pick<AccountContext, "broker" | "name" | "settings" | "log">;

export function openAccountHealth({ broker, name, settings, log }: Parts): AccountHealth {
  let tally = EMPTY_TALLY;
  return {
    async learn(outcome, probe) {
      const { probeMs } = settings.breaker;
      const judgement = judged(tally, outcome, probe !== undefined, performance.now(), settings.breaker);
      tally = judgement.tally;
      const { breaker } = judgement;
      if (breaker === "close" && probe !== undefined) {
        if (await broker.breakers.close(name, probe)) log.warn({ account: name }, "account works again");
      } else if (typeof breaker === "object") {
        const code = breaker.openFor;
        const opened = await broker.breakers.trip(name, code, probeMs);
        if (opened) log.warn({ account: name, code }, "account stopped: its messages are held");
        return true;
      }
      return false;
    },
  };
}
