import { fileURLToPath } from "node:url";
import { demoProviders } from "./demo-providers.ts";
import type { Stage } from "./stage.ts";
import type { AccountTask } from "./standing.ts";

const WORKER = fileURLToPath(new URL("../../../worker/src/main.ts", import.meta.url));
const CLI = fileURLToPath(new URL("../main.ts", import.meta.url));

/** What an operator needs to try things out while the demo stays up. */
export function invitation({ accounts, redis, simulators, configPath, fleet }: Stage): string[] {
  const node = quoted(process.execPath);
  // Whoever gave us the address has it at hand, and its password belongs on no screen.
  const isGiven = redis.source === "REDIS_URL";
  const variables = `REDIS_URL=${isGiven ? '"$REDIS_URL"' : quoted(redis.url)} HERMOD_CONFIG=${quoted(configPath)}`;
  return [
    "A small load goes on until Ctrl-C. Kill a process, and see that nothing is lost or sent twice.",
    `  Redis           ${isGiven ? "$REDIS_URL" : redis.url}`,
    ...[...simulators.baseUrls].map(([provider, url]) => `  ${provider.padEnd(16)}${url}`),
    `  configuration   ${configPath}`,
    ...[...fleet.pids].map(([name, pid]) => `  ${name.padEnd(16)}kill -9 ${pid}`),
    "  another worker, or a message of your own, from another shell:",
    `    export ${variables}`,
    `    ${node} ${quoted(WORKER)}`,
    ...accounts.map((account) => `    ${node} ${quoted(CLI)} send ${messageThrough(account)} --wait`),
    "",
  ];
}

/** What the command line calls a message as the demo sends them. */
function messageThrough({ name, provider }: AccountTask): string {
  const { to, content } = demoProviders[provider].letter("123456", 0);
  const { template, params = {}, text } = content;
  const words = [
    ["--account", name],
    ["--to", to],
    ...(template === undefined ? [] : [["--template", template]]),
    ...Object.entries(params).map(([key, value]) => ["--param", `${key}=${value}`]),
    ...(text === undefined ? [] : [["--text", text]]),
  ];
  return words.map(([flag, value = ""]) => `${flag} ${quoted(value)}`).join(" ");
}

/** As the shell wants it, where it would see more than a word. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
