import { failStart } from "@hermod/service/run-process";
import { runWorker } from "../src/main.ts";

/**
 * The worker as it is, but that it tells which points it passes, and that the first order of each account halts at the one that the
 * account's name ends with, until the process is continued after a freeze.
 */
const halted = new Set<string>();
const continued = Promise.withResolvers<void>();
process.once("SIGCONT", continued.resolve);

runWorker(async (account, point) => {
  console.log(JSON.stringify({ account, point }));
  if (!account.endsWith(`-at-${point}`) || halted.has(account)) return;
  halted.add(account);
  await continued.promise;
}).catch(failStart);
