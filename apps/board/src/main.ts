import { connectRedis } from "@hermod/broker/connect";
import { openObserver } from "@hermod/broker/observe";
import { Settings } from "@hermod/core/config";
import { listen } from "@hermod/service/listen";
import { openLog, sampled } from "@hermod/service/log";
import { countedTrouble, openMetrics } from "@hermod/service/metrics";
import { openHealth } from "@hermod/service/open-health";
import { watchRedis } from "@hermod/service/redis-watch";
import { failStart, runProcess } from "@hermod/service/run-process";
import { readBoardEnvironment } from "./config.ts";
import { openServer } from "./server.ts";

/** To break off the answers in hand and to close. */
const GRACE_MS = 5000;

async function main(): Promise<void> {
  const { redisUrl, logLevel, port, access, numberKeys } = readBoardEnvironment(process.env);
  const log = openLog("board", logLevel);
  const metrics = openMetrics("board", {});
  await runProcess(log, GRACE_MS, async (processParts) => {
    const { stack, stopping } = processParts;
    const link = stack.use(await connectRedis(redisUrl, "viewer", { stopping, isBusy: () => false }));
    for (const { message, ...facts } of link.warnings) log.warn(facts, message);
    const observer = stack.use(await link.inTime(openObserver(link, { numberKeys })));
    const watch = stack.use(watchRedis(metrics, { ask: () => link.redis.ping(), warnings: link.warnings }));
    // The board has no configuration, and so none of the passwords in it: what others configure has its default here.
    const { stuckMs } = Settings.parse({}).health;
    const health = await openHealth(processParts, {
      metrics,
      watch,
      link,
      stuckMs,
      signs: [],
      port: undefined,
    });
    const report = countedTrouble(metrics, sampled(log));
    const app = await openServer({ observer, access, numberKeys, log, report, health, now: link.clock.now });
    stack.defer(() => app.close());
    const served = await listen(app, port);
    log.info({ port: served, writable: access.writable }, "serving");
  });
}

main().catch(failStart);
