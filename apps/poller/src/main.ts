import { announceAccounts } from "@hermod/broker/accounts";
import { announcementOf } from "@hermod/broker/announcement";
import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { pushIndexings } from "@hermod/core/pushed";
import { Account, capabilitiesOf } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";
import { openLog, sampled } from "@hermod/service/log";
import { messageMetrics } from "@hermod/service/message-metrics";
import { countedTrouble, openMetrics } from "@hermod/service/metrics";
import { openHealth } from "@hermod/service/open-health";
import { openTracing } from "@hermod/service/open-tracing";
import { watchRedis } from "@hermod/service/redis-watch";
import { failStart, runProcess } from "@hermod/service/run-process";
import { warnWithoutKeys } from "@hermod/service/warn-without-keys";
import { openCallbacks } from "./callbacks.ts";
import { loopsOf } from "./loops.ts";
import { repeat } from "./repeat.ts";
import { watchRounds } from "./rounds.ts";

/** One round of each loop, which only speaks to Redis, the callbacks on the wire (at most 8 s), and closing. */
const GRACE_MS = 10_000;

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const { settings, accounts } = readConfig(environment.configPath, Account, process.env);
  const log = openLog("poller", environment.logLevel);
  const metrics = openMetrics("poller", accounts);
  await runProcess(log, GRACE_MS, async (processParts) => {
    const { stack, stopping } = processParts;
    const report = countedTrouble(metrics, sampled(log));
    const tracing = stack.use(await openTracing("poller", environment.traceExport, report));
    const count = messageMetrics(metrics);
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
    const announcements = Object.entries(accounts).map(([name, account]) => [
      name,
      announcementOf(account, capabilitiesOf(account), settings),
    ]);
    const announced = Object.fromEntries(announcements);
    await link.inTime(announceAccounts(link.redis, broker.installation.keys, announced));
    const watch = stack.use(watchRedis(metrics, { ask: broker.probe, warnings: link.warnings }));
    const { stuckMs } = settings.health;
    const parts = { link, broker, settings, accounts, log, report, metrics, stopping };
    const callbacks = stack.use(await link.inTime(openCallbacks(parts)));
    const loops = [...loopsOf(parts), ...callbacks.loops].map((loop) => ({
      ...loop,
      rounds: watchRounds(loop.what, watch, stuckMs),
    }));
    const signs = loops.map(({ rounds }) => rounds.sign);
    // Before any work is begun: a port that is taken ends the start.
    await openHealth(processParts, { metrics, watch, link, stuckMs, signs, port: environment.port });
    callbacks.begin();
    warnWithoutKeys(log, settings);
    const until = { stop: stopping, giveUp: link.givenUp };
    const running = loops.map(({ what, everyMs, round, rounds }) =>
      repeat(everyMs, until, rounds.counted(round), (error) => report(what, error)),
    );
    stack.defer(async () => void (await Promise.all(running)));
  });
}

main().catch(failStart);
