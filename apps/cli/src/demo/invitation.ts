import { fileURLToPath } from "node:url";
import type { Stage } from "./stage.ts";

const WORKER = fileURLToPath(new URL("../../../worker/src/main.ts", import.meta.url));
const CLI = fileURLToPath(new URL("../main.ts", import.meta.url));

/** What an operator needs to try things out while the demo stays up. */
export function invitation({ account, redis, simulator, configPath, fleet }: Stage): string[] {
  const node = quoted(process.execPath);
  // Whoever gave us the address has it at hand, and its password belongs on no screen.
  const isGiven = redis.source === "REDIS_URL";
  const variables = `REDIS_URL=${isGiven ? '"$REDIS_URL"' : quoted(redis.url)} HERMOD_CONFIG=${quoted(configPath)}`;
  const message = `--account ${account} --to +84836106872 --template OTP --param otp=123456`;
  return [
    "A small load goes on until Ctrl-C. Kill a process, and see that nothing is lost or sent twice.",
    `  Redis           ${isGiven ? "$REDIS_URL" : redis.url}`,
    `  simulator       ${simulator.url}`,
    `  configuration   ${configPath}`,
    ...[...fleet.pids].map(([name, pid]) => `  ${name.padEnd(16)}kill -9 ${pid}`),
    "  another worker:",
    `    ${variables} ${node} ${quoted(WORKER)}`,
    "  a message of your own:",
    `    ${variables} ${node} ${quoted(CLI)} send ${message} --wait`,
    "",
  ];
}

/** As the shell wants it, where it would see more than a word. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
