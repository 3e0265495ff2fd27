/**
 * How long after a provider's push a message is final for its producer: for each provider, with pushes that are trusted, and with
 * pushes that are only a reason to ask. Messages come one after another, as a person's would. Ends with 1 if a median exceeds 100 ms.
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort } from "@hermod/testing/free-port";
import { startInstallation } from "../test/installation.ts";
import { KINDS, type Kind, messagesTo, startSimulated } from "../test/simulators.ts";

const { values } = parseArgs({ options: { messages: { type: "string", default: "100" } } });
const count = Number(values.messages);

const FINAL_MS = 300;
const EVERY_MS = 40;
const BAR_MS = 100;

await using stack = new AsyncDisposableStack();
const port = await freePort();
const accounts: Record<string, Readonly<Record<string, unknown>>> = {};
const logs = new Map<string, readonly { readonly at: number }[]>();
for (const trustPush of [true, false]) {
  for (const kind of KINDS) {
    const name = nameOf(kind, trustPush);
    const simulated = stack.use(await startSimulated(kind, name, { port, finalMs: FINAL_MS, answerMs: 0 }));
    accounts[name] = { ...simulated.account, trustPush };
    logs.set(name, simulated.log.accepted);
  }
}
const others = ["worker", "poller"] as const;
const { hermod } = stack.use(await startInstallation({ port, accounts, others, logLevel: "info" }));

const rows: Record<string, Record<string, string>> = {};
for (const trustPush of [true, false]) {
  for (const kind of KINDS) {
    const took = await measure(kind, nameOf(kind, trustPush));
    const at = (share: number): number => took[Math.ceil(share * took.length) - 1] ?? Number.NaN;
    if (at(0.5) > BAR_MS) process.exitCode = 1;
    rows[`${kind}, ${trustPush ? "trusted" : "asks"}`] = {
      "p50, ms": at(0.5).toFixed(0),
      "p95, ms": at(0.95).toFixed(0),
      "most, ms": at(1).toFixed(0),
    };
  }
}
console.table(rows);

/** From each push to the final state as its producer is told, in order. */
async function measure(kind: Kind, name: string): Promise<number[]> {
  const finals: Promise<number>[] = [];
  for (const message of messagesTo(kind, name, count)) {
    const { id } = await hermod.send(message);
    finals.push(hermod.waitForFinal(id, { timeoutMs: 30_000 }).then(() => Date.now()));
    await setTimeout(EVERY_MS);
  }
  const finalAt = await Promise.all(finals);
  const accepted = logs.get(name) ?? [];
  if (accepted.length !== count) throw new Error(`${accepted.length} of ${count} were taken`);
  return finalAt.map((at, index) => at - (accepted[index]?.at ?? 0) - FINAL_MS).sort((a, b) => a - b);
}

function nameOf(kind: Kind, trustPush: boolean): string {
  return `${kind}-${trustPush ? "trusted" : "asks"}`;
}
