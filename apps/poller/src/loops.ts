import type { RedisLink } from "@hermod/broker/connect";
import { readFollowing } from "@hermod/broker/following-figures";
import type { Broker } from "@hermod/broker/open-broker";
import { followedAccount, planChecks } from "@hermod/broker/plan-checks";
import type { Capabilities } from "@hermod/core/capabilities";
import { AccountBase, checkOf, type Settings, termsOf } from "@hermod/core/config";
import { pollTermsOf } from "@hermod/core/polling/account-terms";
import { type Account, capabilitiesOf } from "@hermod/providers/registry";
import { backlogMetrics } from "@hermod/service/backlog-metrics";
import { balanceMetrics } from "@hermod/service/balance-metrics";
import { finalsMetrics } from "@hermod/service/finals-metrics";
import { followingMetrics } from "@hermod/service/following-metrics";
import type { Logger } from "@hermod/service/log";
import type { Metrics } from "@hermod/service/metrics";
import { audit } from "./audit.ts";
import { lookAtBacklog } from "./look-at-backlog.ts";
import { lookAtFinals } from "./look-at-finals.ts";
import { releaseHeld } from "./release-held.ts";
import { type SweepParts, sweep } from "./sweep.ts";
import { watchBalance } from "./watch-balance.ts";

export interface LoopParts {
  readonly link: RedisLink;
  readonly broker: Broker;
  readonly settings: Settings;
  readonly accounts: Readonly<Record<string, Account>>;
  readonly log: Logger;
  readonly report: (what: string, error: unknown) => void;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
}

/** Something that is done again and again. */
export interface Loop {
  readonly what: string;
  /** Pause between two rounds; none while there is more. */
  readonly everyMs: number;
  round(): Promise<"more" | "idle">;
}

/** Pause between two looks at what is due; a hundredth of what a person notices. */
const LOOK_MS = 100;

/** Pause between two pages of the audit: half a thousand records a second, which nobody notices. */
const AUDIT_EVERY_MS = 1000;

/** Pause between two counts of what lies in Redis: as often as anybody scrapes. */
const COUNT_MS = 5000;

/** Pause between two looks at the consumers of finals: what is too much is removed then. */
const FINALS_MS = 1000;
/** Pause between two looks at an account's money; whether its provider is asked then, `balance.everyMs` says. */
const BALANCE_MS = 10_000;

/** Of an account that is no longer configured nobody can be asked. */
const UNKNOWN_PROVIDER = { reference: "none", lookup: "none", statusBatch: 1 } as const;

/**
 * One loop looks for what is due by time, one goes through all records, one counts; for each account one looks for what is to be
 * checked there, and one for what may be released.
 */
export function loopsOf({
  link,
  broker,
  settings,
  accounts,
  log,
  report,
  metrics,
  stopping,
}: LoopParts): Loop[] {
  const { clock } = link;
  const termsIn = (
    account: AccountBase,
    capabilities: Parameters<typeof termsOf>[2] & Pick<Capabilities, "statusBatch">,
  ) => ({
    terms: termsOf(settings, account, capabilities),
    following: {
      poll: pollTermsOf(checkOf(settings, account), capabilities.statusBatch),
      // What is found by time alone is rarely new to its provider: the formula will do.
      learnedOf: () => ({ silence: 1 }),
    },
  });
  const general = termsIn(AccountBase.parse({ baseUrl: "http://localhost" }), UNKNOWN_PROVIDER);
  const terms = new Map(
    Object.entries(accounts).map(([name, account]) => [name, termsIn(account, capabilitiesOf(account))]),
  );
  const sweepParts = {
    broker,
    clock,
    termsOf: (name: string) => terms.get(name) ?? general,
    log,
    report,
    chance: Math.random,
  };
  const showBalance = balanceMetrics(metrics);
  const balanceParts = { broker, settings, log, report, metrics: showBalance, now: clock.now, stopping };
  const showBacklog = backlogMetrics(metrics);
  const finals = {
    link,
    keys: broker.installation.keys,
    keepFinals: settings.events.keepFinals,
    log,
    show: finalsMetrics(metrics),
  };
  const showFollowing = followingMetrics(metrics);
  const followed = Object.entries(accounts).map(([name, account]) =>
    followedAccount(settings, name, account, capabilitiesOf(account)),
  );
  return [
    looking("sweep", () => sweep(sweepParts)),
    auditing(sweepParts),
    ...followed.flatMap((account) => {
      const { name } = account;
      return [
        looking(`checks of ${name}`, () => planChecks(broker, clock, account)),
        looking(`held messages of ${name}`, () => releaseHeld(broker, clock, name, settings.lease.leaseMs)),
      ];
    }),
    ...Object.entries(accounts)
      .filter(([, account]) => capabilitiesOf(account).balance === true)
      .map(([name, account]) => ({
        what: `balance of ${name}`,
        everyMs: BALANCE_MS,
        async round() {
          await watchBalance(balanceParts, { name, account });
          return "idle" as const;
        },
      })),
    {
      what: "backlog",
      everyMs: COUNT_MS,
      async round() {
        showBacklog(await lookAtBacklog(link, broker, followed));
        const { keys } = broker.installation;
        const figures = followed.map(async ({ name }) => {
          return [name, await readFollowing(link.redis, keys, name)] as const;
        });
        showFollowing(new Map(await Promise.all(figures)));
        return "idle";
      },
    },
    {
      what: "finals",
      everyMs: FINALS_MS,
      async round() {
        await lookAtFinals(finals);
        return "idle";
      },
    },
  ];
}

function looking(what: string, look: () => Promise<number>): Loop {
  return { what, everyMs: LOOK_MS, round: async () => ((await look()) > 0 ? "more" : "idle") };
}

/** Goes through all records again and again, slowly as long as nothing is found to be wrong. */
function auditing(parts: SweepParts): Loop {
  let cursor = "";
  return {
    what: "audit",
    everyMs: AUDIT_EVERY_MS,
    async round() {
      const { next, mended } = await audit(parts, cursor);
      cursor = next;
      return mended > 0 ? "more" : "idle";
    },
  };
}
