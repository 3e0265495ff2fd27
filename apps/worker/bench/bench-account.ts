import type { Hermod, MessageInput } from "@hermod/client";
import { openClient } from "@hermod/client";
import type { AppProcess } from "@hermod/testing/app-process";
import { waitUntil } from "@hermod/testing/wait";
import { type Installation, startWithAccounts } from "../test/installation.ts";

const ACCOUNT = "bench";

/** Limits far above what the machine can do. */
const UNLIMITED = { sendPerSecond: 10_000, statusPerSecond: 10_000, connections: 64, timeoutMs: 15_000 };
const SETTINGS = {
  check: { minMs: 1000, maxMs: 5000, horizonMs: 600_000 },
  // The finals are counted.
  events: { keepFinals: 10_000_000 },
  lease: { leaseMs: 30_000, lockMs: 60_000, stalledMs: 15_000 },
};
export const ENCRYPTION = { keys: { k1: Buffer.alloc(32, 7).toString("base64") }, active: "k1" };

export interface Bench extends Installation {
  readonly poller: AppProcess;
}

interface BenchOptions {
  readonly encrypted?: boolean;
  /** Of the poller, beside its own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Hermod with one account at that provider, its poller running and its worker not yet. */
export async function startBench(
  baseUrl: string,
  more: Readonly<Record<string, unknown>> = {},
  { encrypted = false, environment = {} }: BenchOptions = {},
): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const account = { provider: "webcom", baseUrl, token: "bench", sender: "Bench", statusBatch: 100 };
  const accounts = { [ACCOUNT]: { ...account, ...UNLIMITED, ...more } };
  const settings = { ...SETTINGS, ...(encrypted ? { encryption: ENCRYPTION } : {}) };
  const options = { settings, workers: 0, pollers: 0, logLevel: "info" };
  const installation = stack.use(await startWithAccounts(accounts, options));
  const poller = await installation.start("poller", environment);
  await using hermod = await openClient({
    redisUrl: installation.redis.url,
    ...(encrypted ? { encryption: ENCRYPTION } : {}),
  });
  await untilKnown(hermod);
  const owned = stack.move();
  return { ...installation, poller, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The account is announced by the poller. */
async function untilKnown(hermod: Hermod): Promise<void> {
  await waitUntil(
    "the account to be known",
    async () => {
      const id = await hermod.send(textOf(0, { sendAt: Date.now() + 86_400_000 })).then(
        (sent) => sent.id,
        () => undefined,
      );
      return id !== undefined && (await hermod.cancel(id)) === "canceled";
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}

/** A message of about a hundred characters. */
export function textOf(index: number, more: Partial<MessageInput> = {}): MessageInput {
  const number = String(index).padStart(8, "0");
  const text = `Your order ${number} is on its way and will be with you today between nine and ten in the morning.`;
  const expiresInMs = 86_400_000;
  return { account: ACCOUNT, to: "+84836106872", content: { text }, priority: "bulk", expiresInMs, ...more };
}
