import { announceAccounts } from "@hermod/broker/accounts";
import { announcementOf } from "@hermod/broker/announcement";
import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { pushIndexings } from "@hermod/core/pushed";
import { Account, capabilitiesOf } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { ConfigError } from "@hermod/service/config-error";
import { readEnvironment } from "@hermod/service/environment";
import { limitMetrics } from "@hermod/service/limit-metrics";
import { openLog, sampled } from "@hermod/service/log";
import { messageMetrics } from "@hermod/service/message-metrics";
import { countedTrouble, openMetrics } from "@hermod/service/metrics";
import { openHealth } from "@hermod/service/open-health";
import { openTracing } from "@hermod/service/open-tracing";
import { watchRedis } from "@hermod/service/redis-watch";
import { requestMetrics } from "@hermod/service/request-metrics";
import { failStart, runProcess } from "@hermod/service/run-process";
import { warnWithoutKeys } from "@hermod/service/warn-without-keys";
import { openAccountWorker } from "./account-worker.ts";
import type { Reached } from "./crash-point.ts";
import { openInHand } from "./in-hand.ts";
import { watchQueues } from "./watched-queues.ts";

/** Beside the longest request: to record its outcome and to close. */
const CLOSE_MS = 5000;

/** Runs a worker until it is told to end. `reached` is for tests alone. */
export async function runWorker(reached?: Reached): Promise<void> {
  const environment = readEnvironment(process.env);
  const { settings, accounts } = readConfig(environment.configPath, Account, process.env);
  const names = environment.accounts ?? Object.keys(accounts);
  const unknown = names.filter((name) => accounts[name] === undefined);
  if (unknown.length > 0)
    throw new ConfigError(
      "ACCOUNTS",
      unknown.map((name) => `${name}: no such account`),
    );

  const log = openLog("worker", environment.logLevel);
  const mine = Object.entries(accounts).filter(([name]) => names.includes(name));
  const metrics = openMetrics("worker", Object.fromEntries(mine));
  const longestMs = Math.max(...Object.values(accounts).map(({ timeoutMs }) => timeoutMs));
  await runProcess(log, longestMs + CLOSE_MS, async (processParts) => {
    const { stack, stopping } = processParts;
    const report = countedTrouble(metrics, sampled(log));
    const tracing = stack.use(await openTracing("worker", environment.traceExport, report));
    const count = messageMetrics(metrics);
    const inHand = openInHand();
    const end = { stopping, isBusy: inHand.isBusy };
    const link = stack.use(await connectRedis(environment.redisUrl, "process", end));
    for (const { message, ...facts } of link.warnings) log.warn(facts, message);
    const broker = stack.use(
      await link.inTime(
        openBroker(link, {
          partitions: settings.redis.partitions,
          encryption: settings.encryption,
          retention: () => settings.retention,
          events: settings.events,
          optOutCodes: settings.suppression.optOutCodes,
          pushIndexing: pushIndexings(settings, accounts, capabilitiesOf),
          onTransition(transition) {
            count(transition);
            tracing.transition(transition);
          },
        }),
      ),
    );
    const announcements = mine.map(([name, account]) => [
      name,
      announcementOf(account, capabilitiesOf(account), settings),
    ]);
    const announced = Object.fromEntries(announcements);
    await link.inTime(announceAccounts(link.redis, broker.installation.keys, announced));
    const watch = stack.use(watchRedis(metrics, { ask: broker.probe, warnings: link.warnings }));
    const { stuckMs } = settings.health;
    const work = mine.map(([name, account]) => {
      const queues = stack.use(watchQueues(broker.queues, watch, name, account, stuckMs));
      return { name, account, queues };
    });
    const signs = work.flatMap(({ queues }) => [queues.send.sign, queues.check.sign]);
    // Before any work is begun: a port that is taken ends the start.
    await openHealth(processParts, { metrics, watch, link, stuckMs, signs, port: environment.port });
    warnWithoutKeys(log, settings);
    const measures = { requests: requestMetrics(metrics), limits: limitMetrics(metrics) };
    const parts = { settings, link, broker, log, report, stopping, inHand, measures, tracing, reached };
    for (const each of work) stack.use(openAccountWorker({ ...parts, ...each }));
  });
}

if (import.meta.main) runWorker().catch(failStart);
