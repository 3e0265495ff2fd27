/**
 * Kills pollers and workers at random while messages are sent and followed, and starts others. Every message must become final as
 * its provider says, and none may be asked about while a request about it is on the wire. Ends with 1 if that is broken.
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { delivered } from "@hermod/simulator/etelecom/plan";
import type { AppProcess } from "@hermod/testing/app-process";
import { message, startInstallation } from "../../test/installation.ts";

const { values } = parseArgs({
  options: { messages: { type: "string", default: "10000" }, everyMs: { type: "string", default: "5000" } },
});
const count = Number(values.messages);

/** Each status request is on the wire for so long, so that two about one message would be seen. */
const ON_THE_WIRE_MS = 200;

await using installation = await startInstallation({
  simulator: {
    plan: () => delivered(3000),
    fault: ({ operation }) =>
      operation === "status" ? { kind: "slow", delayMs: ON_THE_WIRE_MS } : undefined,
  },
  account: { sendPerSecond: 300, statusPerSecond: 300, connections: 100, timeoutMs: 1500 },
  settings: { check: { minMs: 1000, maxMs: 10_000, horizonMs: 3_600_000 } },
  workers: 1,
  pollers: 1,
  logLevel: "info",
});
const { hermod, simulator, start } = installation;

let over = false;
const killed = { worker: 0, poller: 0 };
const killing = (async () => {
  const alive: { app: "worker" | "poller"; process: AppProcess }[] = [];
  while (!over) {
    for (const app of ["worker", "poller"] as const) alive.push({ app, process: await start(app) });
    await setTimeout(Number(values.everyMs) * (0.5 + Math.random()));
    for (const { app, process } of alive.splice(0)) {
      process.kill("SIGKILL");
      await process.ended;
      killed[app] += 1;
    }
  }
})();

const results = await hermod.sendMany(
  Array.from({ length: count }, (_, index) => message(`${index}`, { expiresInMs: 180_000 })),
);
const states = new Map<string, number>();
for (const result of results) {
  const view = await hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs: 900_000 });
  states.set(view.state, (states.get(view.state) ?? 0) + 1);
}
over = true;
await killing;

const lastAskedAt = new Map<string, number>();
let together = 0;
for (const { operation, at, path, body } of simulator.log.requests) {
  if (operation !== "status") continue;
  const about = JSON.stringify(body ?? path);
  if (at - (lastAskedAt.get(about) ?? 0) < ON_THE_WIRE_MS) together += 1;
  lastAskedAt.set(about, at);
}
console.table({
  messages: count,
  "workers killed": killed.worker,
  "pollers killed": killed.poller,
  ...Object.fromEntries([...states].map(([state, many]) => [`ended as ${state}`, many])),
  "asked about twice at once": together,
});
// Whoever dies while a send request is on the wire leaves a doubt that nobody can settle at this provider.
const others = [...states.keys()].filter((state) => state !== "delivered" && state !== "unknown");
process.exitCode = others.length > 0 || together > 0 ? 1 : 0;
