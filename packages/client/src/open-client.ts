import { readAccounts } from "@hermod/broker/accounts";
import { connectRedis } from "@hermod/broker/connect";
import { keysOf } from "@hermod/broker/keys";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import { apply } from "@hermod/core/apply";
import { Encryption } from "@hermod/core/config";
import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import { MessageId } from "@hermod/core/job";
import { MessageInput, type ParsedMessageInput } from "@hermod/core/message";
import type { MessageView } from "@hermod/core/view";
import { type Accepted, planBatch, type Refused, storeBatch } from "./accept-messages.ts";
import { knownAccounts, routeIssues } from "./known-accounts.ts";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { openWaiting, viewById, type WaitOptions } from "./wait-for-final.ts";
import { withinDeadline } from "./within-deadline.ts";

export interface ClientOptions {
  /** For example `redis://localhost:6379`; `rediss://` for TLS. */
  readonly redisUrl: string;
  /** As in the configuration of the workers: AES-256-GCM keys in base64 and the one that encrypts. */
  readonly encryption?: { readonly keys: Readonly<Record<string, string>>; readonly active: string };
  /** Keys in Redis begin with it; only for installations that share a Redis. */
  readonly namespace?: string;
}

/** Hands messages over and tells what became of them. Everything rejects within 2 s when Redis is away. */
export interface Hermod extends AsyncDisposable {
  /**
   * Takes a message; once this resolves it will reach a final state. Throws `HermodInputError` naming every
   * bad field.
   */
  send(message: MessageInput): Promise<Accepted>;
  /** Takes many; one result per message, in order, and a bad one hinders no other. */
  sendMany(messages: readonly MessageInput[]): Promise<(Accepted | Refused)[]>;
  get(id: string): Promise<MessageView | undefined>;
  /** Waits until the message is final. Rejects with the reason of `signal`, or a `TimeoutError`. */
  waitForFinal(id: string, options?: WaitOptions): Promise<MessageView>;
  /** `canceled` means that it was not and will never be written to a provider. */
  cancel(id: string): Promise<"canceled" | "too_late" | "not_found">;
  close(): Promise<void>;
}

/** Messages stored in one round trip. */
const STORED_AT_ONCE = 500;

/** What is kept until the account's announcement was read. */
const DEFAULT_RETENTION = { recordMs: 604_800_000, textMs: 0 };

/**
 * Connects, and makes sure of the server; rejects with a `HermodUnavailableError` within 2 s when it cannot
 * be used.
 */
export async function openClient(options: ClientOptions): Promise<Hermod> {
  const encryption = options.encryption === undefined ? undefined : parseEncryption(options.encryption);
  const link = await connectRedis(options.redisUrl, "producer").catch((error: Error) => {
    throw new HermodUnavailableError(error.message, { cause: error });
  });
  for (const { code, message } of link.warnings)
    process.emitWarning(message, { type: "HermodWarning", code });
  const accounts = knownAccounts(() => readAccounts(link.redis, keysOf(options.namespace)));
  const retention = (account: string) => accounts.get(account)?.retention ?? DEFAULT_RETENTION;
  const open = () => openBroker(link, { namespace: options.namespace, encryption, retention });
  let broker = await withinDeadline(open).catch(async (error: unknown) => {
    await link[Symbol.asyncDispose]();
    throw error;
  });
  const waiting = openWaiting(link, () => broker);

  /** Before the very first worker has started, how the records are spread is not known yet. */
  const current = async (): Promise<Broker> => {
    if (!broker.installation.fixed) broker = await open();
    return broker;
  };

  const take = async (parsed: readonly ParsedMessageInput[]): Promise<(Accepted | Refused)[]> => {
    const batch = planBatch(parsed, await withinDeadline(current), link.clock.now());
    return await withinDeadline((tried) => storeBatch(batch, broker, tried > 0));
  };

  const sendMany: Hermod["sendMany"] = async (messages) => {
    const parsed = messages.map((message) => MessageInput.safeParse(message));
    const names = parsed.flatMap(({ data }) => data?.route ?? data?.account ?? []);
    await withinDeadline(() => accounts.refresh(names));
    const checked = parsed.map((result): ParsedMessageInput | HermodInputError => {
      if (!result.success) return new HermodInputError(issuesOf(result.error));
      const issues = routeIssues(result.data, accounts);
      return issues.length === 0 ? result.data : new HermodInputError(issues);
    });
    const good = checked.filter((item): item is ParsedMessageInput => !(item instanceof HermodInputError));
    const taken: (Accepted | Refused)[] = [];
    for (let start = 0; start < good.length; start += STORED_AT_ONCE) {
      const some = good.slice(start, start + STORED_AT_ONCE);
      // When Redis goes away in the middle, what was taken before it is still told.
      const results = await take(some).catch((error: unknown) =>
        some.map(() => ({ error: unavailable(error) })),
      );
      taken.push(...results);
    }
    const next = taken.values();
    return checked.map((item) => {
      if (item instanceof HermodInputError) return { error: item };
      return next.next().value ?? { error: new HermodUnavailableError("no result") };
    });
  };

  const close = async (): Promise<void> => {
    await broker[Symbol.asyncDispose]();
    await link[Symbol.asyncDispose]();
  };

  return {
    sendMany,
    async send(message) {
      const [result] = await sendMany([message]);
      if (result === undefined) throw new HermodUnavailableError("no result");
      if ("error" in result) throw result.error;
      return result;
    },
    async get(id) {
      if (!MessageId.safeParse(id).success) return undefined;
      return await withinDeadline(async () => await viewById(await current(), id));
    },
    waitForFinal: (id, waitOptions) => waiting.waitForFinal(id, waitOptions),
    async cancel(id) {
      if (!MessageId.safeParse(id).success) return "not_found";
      return await withinDeadline(async () => {
        await accounts.refresh([]);
        const { store } = await current();
        const result = await store.change(id, (record) => ({
          after: apply(record, { type: "cancel", at: link.clock.now() }),
        }));
        if (!("record" in result)) return "not_found";
        return result.record.state === "canceled" ? "canceled" : "too_late";
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function unavailable(error: unknown): HermodUnavailableError {
  return error instanceof HermodUnavailableError
    ? error
    : new HermodUnavailableError("Redis is away", { cause: error });
}

function parseEncryption(encryption: NonNullable<ClientOptions["encryption"]>): Encryption {
  const parsed = Encryption.safeParse(encryption);
  if (parsed.success) return parsed.data;
  throw new HermodInputError(
    issuesOf(parsed.error).map(({ path, message }) => ({ path: `encryption.${path}`, message })),
  );
}
