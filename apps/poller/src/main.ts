import { announceAccounts } from "@hermod/broker/accounts";
import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { announcementOf } from "@hermod/core/announcement";
import { AccountBase, termsOf } from "@hermod/core/config";
import { Account, capabilitiesOf } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";
import { serveHealth } from "@hermod/service/health-server";
import { openLog, sampled } from "@hermod/service/log";
import { failStart, runProcess } from "@hermod/service/run-process";
import { planChecks } from "./plan-checks.ts";
import { repeat } from "./repeat.ts";
import { sweep } from "./sweep.ts";

/** Pause between two looks at what is due; a hundredth of what a person notices. */
const LOOK_MS = 100;
/** One round of either loop, which only speaks to Redis, and closing. */
const GRACE_MS = 10_000;

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const { settings, accounts } = readConfig(environment.configPath, Account, process.env);
  const log = openLog("poller", environment.logLevel);
  await runProcess(log, GRACE_MS, async ({ stack, stopping }) => {
    const link = stack.use(await connectRedis(environment.redisUrl, "process"));
    for (const warning of link.warnings) log.warn({ code: warning.code }, warning.message);
    const { clock } = link;
    const broker = stack.use(
      await openBroker(link, {
        partitions: settings.redis.partitions,
        encryption: settings.encryption,
        retention: () => settings.retention,
      }),
    );
    const announcements = Object.entries(accounts).map(([name, account]) => [
      name,
      announcementOf(account, capabilitiesOf(account), settings),
    ]);
    await announceAccounts(link.redis, broker.installation.keys, Object.fromEntries(announcements));

    const general = termsOf(settings, AccountBase.parse({ baseUrl: "http://localhost" }));
    const terms = new Map(
      Object.entries(accounts).map(([name, account]) => [name, termsOf(settings, account)]),
    );
    const sweepParts = { broker, clock, termsOf: (name: string) => terms.get(name) ?? general, log };
    const report = sampled(log);
    const loops = [
      repeat(
        LOOK_MS,
        stopping,
        async () => ((await sweep(sweepParts)) > 0 ? "more" : "idle"),
        (error) => report("sweep", error),
      ),
      ...Object.entries(accounts).map(([name, account]) => {
        const followed = { ...capabilitiesOf(account), name, statusPerSecond: account.statusPerSecond };
        const plan = async () =>
          ((await planChecks(broker, clock, followed)) > 0 ? "more" : "idle") as "more" | "idle";
        return repeat(LOOK_MS, stopping, plan, (error) => report(`checks of ${name}`, error));
      }),
    ];
    stack.defer(async () => void (await Promise.all(loops)));
    if (environment.port !== undefined) {
      const ready = async () => (link.redis.status === "ready" ? undefined : "Redis is away");
      stack.use(await serveHealth(environment.port, ready));
    }
  });
}

main().catch(failStart);
