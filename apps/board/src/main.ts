import { connectRedis } from "@hermod/broker/connect";
import { openObserver } from "@hermod/broker/observe";
import { openLog, sampled } from "@hermod/service/log";
import { failStart, runProcess } from "@hermod/service/run-process";
import { readBoardEnvironment } from "./config.ts";
import { listen, openServer } from "./server.ts";

/** To break off the answers in hand and to close. */
const GRACE_MS = 5000;

async function main(): Promise<void> {
  const { redisUrl, logLevel, port, access } = readBoardEnvironment(process.env);
  const log = openLog("board", logLevel);
  await runProcess(log, GRACE_MS, async ({ stack, stopping }) => {
    const link = stack.use(await connectRedis(redisUrl, "viewer", { stopping, isBusy: () => false }));
    for (const { message, ...facts } of link.warnings) log.warn(facts, message);
    const observer = stack.use(await link.inTime(openObserver(link)));
    const app = await openServer({
      observer,
      access,
      log,
      report: sampled(log),
      now: link.clock.now,
      missing: () => (link.redis.status === "ready" ? undefined : "Redis is away"),
    });
    stack.defer(() => app.close());
    const served = await listen(app, port);
    log.info({ port: served, writable: access.writable }, "serving");
  });
}

main().catch(failStart);
