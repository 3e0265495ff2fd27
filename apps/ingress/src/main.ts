import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { followedAccount } from "@hermod/broker/plan-checks";
import { pushIndexings, pushTermsOf } from "@hermod/core/pushed";
import { Account, capabilitiesOf, openProvider } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";
import { listen } from "@hermod/service/listen";
import { openLog, sampled } from "@hermod/service/log";
import { messageMetrics } from "@hermod/service/message-metrics";
import { countedTrouble, openMetrics } from "@hermod/service/metrics";
import { openHealth } from "@hermod/service/open-health";
import { openTracing } from "@hermod/service/open-tracing";
import { pushMetrics } from "@hermod/service/push-metrics";
import { watchRedis } from "@hermod/service/redis-watch";
import { regularly } from "@hermod/service/regularly";
import { failStart, runProcess } from "@hermod/service/run-process";
import { warnWithoutKeys } from "@hermod/service/warn-without-keys";
import { openDoor } from "./door.ts";
import { openPlanning } from "./plan-at-once.ts";
import { openServer } from "./server.ts";
import { openEvidence } from "./take-evidence.ts";
import { takeParked } from "./take-parked.ts";

/** To answer what is in hand and to close. */
const GRACE_MS = 10_000;

const DEFAULT_PORT = 8080;

/** Between two looks at what is parked: so long at most does a message wait for a push that came before it. */
const LOOK_MS = 50;

/** Between two counts of what is parked: as often as anybody scrapes. */
const COUNT_MS = 5000;

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const { settings, accounts } = readConfig(environment.configPath, Account, process.env);
  const log = openLog("ingress", environment.logLevel);
  const metrics = openMetrics("ingress", accounts);
  await runProcess(log, GRACE_MS, async (processParts) => {
    const { stack, stopping } = processParts;
    const report = countedTrouble(metrics, sampled(log));
    const tracing = stack.use(await openTracing("ingress", environment.traceExport, report));
    const count = messageMetrics(metrics);
    // Whoever pushes is told at once when nothing can be stored, and comes again or is asked later.
    const link = stack.use(
      await connectRedis(environment.redisUrl, "viewer", { stopping, isBusy: () => false }),
    );
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
    const watch = stack.use(watchRedis(metrics, { ask: broker.probe, warnings: link.warnings }));
    const { stuckMs } = settings.health;
    const health = await openHealth(processParts, {
      metrics,
      watch,
      link,
      stuckMs,
      signs: [],
      port: undefined,
    });
    const taken = Object.entries(accounts).filter(([, { pushToken }]) => pushToken !== undefined);
    if (taken.length === 0) log.warn("no account has a pushToken: nothing is taken");
    const followed = taken.map(([name, account]) =>
      followedAccount(settings, name, account, capabilitiesOf(account)),
    );
    const planning = stack.use(openPlanning({ broker, clock: link.clock, report, followed }));
    const parts = { broker, now: link.clock.now, report, metrics: pushMetrics(metrics), ...planning };
    const pushed = taken.map(([name, account]) => {
      const push = pushTermsOf(settings, account, capabilitiesOf(account));
      const provider = stack.use(openProvider(account));
      return { name, provider, push, takeEvidence: openEvidence(parts, name, push) };
    });
    const { trustedProxies, parkedMs } = settings.ingress;
    const onError = (error: unknown) => {
      if (!stopping.aborted) report("parked pushes", error);
    };
    stack.use(
      regularly(LOOK_MS, async () => {
        const looks = pushed.map((account) => takeParked(parts, account, parkedMs));
        await Promise.all(looks).catch(onError);
      }),
    );
    const names = pushed.map(({ name }) => name);
    stack.use(regularly(COUNT_MS, () => broker.parked.count(names).then(parts.metrics.parked, onError)));
    const app = openServer({
      ...parts,
      door: openDoor(accounts),
      accounts: new Map(pushed.map((account) => [account.name, account])),
      trustedProxies,
      health,
    });
    stack.defer(() => app.close());
    const served = await listen(app, environment.port ?? DEFAULT_PORT);
    warnWithoutKeys(log, settings);
    log.info({ port: served, accounts: names }, "serving");
  });
}

main().catch(failStart);
