import { announceAccounts } from "@hermod/broker/accounts";
import { announcementOf } from "@hermod/broker/announcement";
import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import { AccountBase, checkOf, type Settings, termsOf } from "@hermod/core/config";
import { Account, capabilitiesOf } from "@hermod/providers/registry";
import { backlogMetrics } from "@hermod/service/backlog-metrics";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";
import { serveHealth } from "@hermod/service/health-server";
import { type Logger, openLog, sampled } from "@hermod/service/log";
import { messageMetrics } from "@hermod/service/message-metrics";
import { countedTrouble, type Metrics, openMetrics } from "@hermod/service/metrics";
import { watchRedis } from "@hermod/service/redis-watch";
import { failStart, runProcess } from "@hermod/service/run-process";
import { type AuditParts, audit } from "./audit.ts";
import { lookAtBacklog } from "./look-at-backlog.ts";
import { planChecks } from "./plan-checks.ts";
import { releaseHeld } from "./release-held.ts";
import { repeat, type Until } from "./repeat.ts";
import { sweep } from "./sweep.ts";

/** Pause between two looks at what is due; a hundredth of what a person notices. */
const LOOK_MS = 100;
/** Pause between two pages of the audit: half a thousand records a second, which nobody notices. */
const AUDIT_EVERY_MS = 1000;
/** Pause between two counts of what lies in Redis: as often as anybody scrapes. */
const COUNT_MS = 5000;
/** One round of either loop, which only speaks to Redis, and closing. */
const GRACE_MS = 10_000;

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const { settings, accounts } = readConfig(environment.configPath, Account, process.env);
  const log = openLog("poller", environment.logLevel);
  const metrics = openMetrics("poller", accounts);
  await runProcess(log, GRACE_MS, async ({ stack, stopping }) => {
    // Whatever a round leaves undone is due again: nothing is worth waiting for a Redis that is away.
    const end = { stopping, isBusy: () => false };
    const link = stack.use(await connectRedis(environment.redisUrl, "process", end));
    for (const { message, ...facts } of link.warnings) log.warn(facts, message);
    const broker = stack.use(
      await link.inTime(
        openBroker(link, {
          partitions: settings.redis.partitions,
          encryption: settings.encryption,
          retention: () => settings.retention,
          onTransition: messageMetrics(metrics),
        }),
      ),
    );
    const announcements = Object.entries(accounts).map(([name, account]) => [
      name,
      announcementOf(account, capabilitiesOf(account), settings),
    ]);
    const announced = Object.fromEntries(announcements);
    await link.inTime(announceAccounts(link.redis, broker.installation.keys, announced));
    // Before any work is begun: a port that is taken ends the start.
    const watch = stack.use(watchRedis(metrics, { ask: () => link.redis.ping(), warnings: link.warnings }));
    if (environment.port !== undefined) {
      const ready = () => (watch.silentMs() === 0 ? undefined : "Redis is away");
      stack.use(await serveHealth(environment.port, { ready, metrics }));
    }

    const until = { stop: stopping, giveUp: link.givenUp };
    const loops = startLoops({ link, broker, settings, accounts, log, metrics, until });
    stack.defer(async () => void (await Promise.all(loops)));
  });
}

/** Goes through all records again and again, slowly as long as nothing is found to be wrong. */
function auditLoop(parts: AuditParts, until: Until): Promise<void> {
  let cursor = "";
  return repeat(
    AUDIT_EVERY_MS,
    until,
    async () => {
      const { next, mended } = await audit(parts, cursor);
      cursor = next;
      return mended > 0 ? "more" : "idle";
    },
    (error) => parts.report("audit", error),
  );
}

/** Of an account that is no longer configured nobody can be asked. */
const UNKNOWN_PROVIDER = { reference: "none", lookup: "none" } as const;

interface LoopParts {
  readonly broker: Broker;
  readonly link: RedisLink;
  readonly settings: Settings;
  readonly accounts: Readonly<Record<string, Account>>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly until: Until;
}

/** One loop looks for what is due by time, and one for each account for what is to be checked there. */
function startLoops(parts: LoopParts): Promise<void>[] {
  const { link, broker, settings, accounts, log, metrics, until } = parts;
  const { clock } = link;
  const termsIn = (account: AccountBase, capabilities: Parameters<typeof termsOf>[2]) => ({
    terms: termsOf(settings, account, capabilities),
    check: checkOf(settings, account),
  });
  const general = termsIn(AccountBase.parse({ baseUrl: "http://localhost" }), UNKNOWN_PROVIDER);
  const terms = new Map(
    Object.entries(accounts).map(([name, account]) => [name, termsIn(account, capabilitiesOf(account))]),
  );
  const report = countedTrouble(metrics, sampled(log));
  const showBacklog = backlogMetrics(metrics);
  const sweepParts = { broker, clock, termsOf: (name: string) => terms.get(name) ?? general, log, report };
  const loop = (what: string, act: () => Promise<number>, everyMs = LOOK_MS): Promise<void> =>
    repeat(
      everyMs,
      until,
      async () => ((await act()) > 0 ? "more" : "idle"),
      (error) => report(what, error),
    );
  const countBacklog = async (): Promise<number> => {
    showBacklog(await lookAtBacklog(link, broker, Object.keys(accounts)));
    return 0;
  };
  return [
    loop("sweep", () => sweep(sweepParts)),
    auditLoop({ ...sweepParts, chance: Math.random }, until),
    loop("backlog", countBacklog, COUNT_MS),
    ...Object.entries(accounts).flatMap(([name, account]) => {
      const followed = { ...capabilitiesOf(account), name, statusPerSecond: account.statusPerSecond };
      return [
        loop(`checks of ${name}`, () => planChecks(broker, clock, followed)),
        loop(`held messages of ${name}`, () => releaseHeld(broker, clock, name)),
      ];
    }),
  ];
}

main().catch(failStart);
