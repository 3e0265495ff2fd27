import type { Broker } from "@hermod/broker/open-broker";
import { type FollowedAccount, planChecks } from "@hermod/broker/plan-checks";
import type { RedisClock } from "@hermod/broker/redis-clock";

export interface PlanningParts {
  readonly broker: Broker;
  readonly clock: RedisClock;
  readonly report: (what: string, error: unknown) => void;
  readonly followed: readonly FollowedAccount[];
}

export interface Planning extends Disposable {
  readonly planAtOnce: (account: string) => void;
}

/**
 * Plans as a poller does, within the same budget, for accounts of which a push has just made something due. What cannot be planned
 * now, a poller finds. Of pushes that come while an account is planned for, all share the next plan.
 */
export function openPlanning({ broker, clock, report, followed }: PlanningParts): Planning {
  const accounts = new Map(followed.map((account) => [account.name, account]));
  const underWay = new Map<string, { again: boolean }>();
  let isOver = false;

  const plan = async (account: FollowedAccount): Promise<void> => {
    const turn = { again: false };
    underWay.set(account.name, turn);
    try {
      do {
        turn.again = false;
        await planChecks(broker, clock, account);
      } while (turn.again && !isOver);
    } catch (error) {
      if (!isOver) report("planning at once", error);
    } finally {
      underWay.delete(account.name);
    }
  };

  return {
    planAtOnce(name) {
      const account = accounts.get(name);
      const turn = underWay.get(name);
      if (turn !== undefined) turn.again = true;
      else if (account !== undefined && !isOver) void plan(account);
    },
    [Symbol.dispose]() {
      isOver = true;
    },
  };
}
