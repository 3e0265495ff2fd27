import { setTimeout as delay } from "node:timers/promises";
import { Account, openProvider } from "@hermod/providers/registry";
import { readConfig } from "@hermod/service/config";
import { readEnvironment } from "@hermod/service/environment";
import { UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { type NaiveJob, naiveQueue } from "./naive-queue.ts";
import { TIMES } from "./times.ts";

/**
 * What most people would write: a job for each message, attempts, and a throw when it did not go well. The adapters, the
 * deadlines and the connection to Redis are Hermod's own.
 */
const environment = readEnvironment(process.env);
const { accounts } = readConfig(environment.configPath, Account, process.env);
const connection = new Redis(environment.redisUrl, { maxRetriesPerRequest: null });
connection.on("error", () => {});

for (const [name, account] of Object.entries(accounts)) {
  const provider = openProvider(account);
  const worker = new Worker<NaiveJob>(
    naiveQueue(name),
    async ({ data }) => {
      const outcomes = await provider.send(
        [{ id: data.tag, validForMs: 600_000, ...data }],
        new AbortController().signal,
      );
      const outcome = outcomes.get(data.tag);
      if (outcome?.kind === "accepted") return;
      if (outcome?.kind === "throttled") await delay(outcome.retryAfterMs ?? 1000);
      if (outcome?.kind === "rejected" && outcome.scope !== "account")
        throw new UnrecoverableError(outcome.code);
      throw new Error(outcome?.kind ?? "no outcome");
    },
    {
      connection,
      concurrency: account.connections,
      lockDuration: TIMES.lockMs,
      stalledInterval: TIMES.stalledMs,
      maxStalledCount: 20,
    },
  );
  worker.on("error", () => {});
}
console.log('{"msg":"started"}');
