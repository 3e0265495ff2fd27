import { failStart } from "@hermod/service/run-process";
import { runWorker } from "../src/main.ts";

/**
 * The worker as it is, but that the first order of each account halts at the crash point that the account's name ends with. It
 * says so, and goes on once it is continued after a freeze.
 */
const halted = new Set<string>();
const continued = Promise.withResolvers<void>();
process.once("SIGCONT", continued.resolve);

runWorker(async (account, point) => {
  if (!account.endsWith(`-at-${point}`) || halted.has(account)) return;
  halted.add(account);
  console.log(JSON.stringify({ halted: account }));
  await continued.promise;
}).catch(failStart);
