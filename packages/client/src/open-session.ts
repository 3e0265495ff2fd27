import { readAccounts } from "@hermod/broker/accounts";
import { announcedEncryption } from "@hermod/broker/announcement";
import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { keysOf } from "@hermod/broker/keys";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import { timeReplyMs } from "@hermod/broker/redis-clock";
import { RedisUnusableError } from "@hermod/broker/redis-unusable-error";
import type { AnnouncedEncryption } from "@hermod/core/announcement";
import { Encryption } from "@hermod/core/config";
import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import { type KnownAccounts, knownAccounts } from "./known-accounts.ts";
import { refuseStranger } from "./matching-keys.ts";
import { type ProducerClock, producerClock } from "./producer-clock.ts";
import { openSendTracing, type SendTracing } from "./send-tracing.ts";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { openDeadline } from "./within-deadline.ts";

export interface ClientOptions {
  /** For example `redis://localhost:6379`; `rediss://` for TLS. */
  readonly redisUrl: string;
  /** As in the configuration of the workers: AES-256-GCM keys in base64 and the one that encrypts. */
  readonly encryption?: { readonly keys: Readonly<Record<string, string>>; readonly active: string };
  /** Keys in Redis begin with it; only for installations that share a Redis. */
  readonly namespace?: string;
}

/** What all calls of a client share. */
export interface Session extends AsyncDisposable {
  readonly accounts: KnownAccounts;
  readonly clock: ProducerClock;
  /** Which keys this client has, told as workers tell theirs. */
  readonly ownKeys: AnnouncedEncryption;
  readonly tracing: SendTracing;
  readonly redis: RedisLink["redis"];
  readonly another: RedisLink["another"];
  /** Before the very first worker has started, how the records are spread is not known: it is asked again. */
  current(): Promise<Broker>;
}

/** What is kept until the account's announcement was read. */
const DEFAULT_RETENTION = { recordMs: 604_800_000, textMs: 0 };

/** Connects and makes sure of the server and of the workers' keys, all within one deadline. */
export async function openSession(options: ClientOptions, closed: AbortSignal): Promise<Session> {
  const { namespace } = options;
  const encryption = parseEncryption(options.encryption);
  const ownKeys = announcedEncryption(encryption);
  const tracing = await openSendTracing();
  const deadline = openDeadline(closed);
  const link = await connected(options.redisUrl);
  const clock = producerClock(link.clock, async () => timeReplyMs(await link.redis.time()));
  const accounts = knownAccounts(() => readAccounts(link.redis, keysOf(namespace)));
  const retention = (account: string) => accounts.get(account)?.retention ?? DEFAULT_RETENTION;
  const open = () => openBroker({ ...link, clock }, { namespace, encryption, retention });
  let broker: Broker;
  try {
    [broker] = await deadline.within(() => Promise.all([open(), accounts.refresh([])]));
    refuseStranger(accounts, ownKeys);
  } catch (error) {
    await link[Symbol.asyncDispose]();
    throw error;
  }
  return {
    accounts,
    clock,
    ownKeys,
    tracing,
    redis: link.redis,
    another: link.another,
    async current() {
      if (!broker.installation.fixed) broker = await open();
      return broker;
    },
    async [Symbol.asyncDispose]() {
      // First the connection: what still waits for an answer ends with it.
      await link[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}

async function connected(redisUrl: string): Promise<RedisLink> {
  try {
    const link = await connectRedis(redisUrl, "producer");
    for (const { code, message } of link.warnings) {
      process.emitWarning(message, { type: "HermodWarning", code });
    }
    return link;
  } catch (error) {
    // Our own message holds no secret; of any other error nobody knows.
    throw new HermodUnavailableError(
      error instanceof RedisUnusableError ? error.message : "Redis cannot be used",
    );
  }
}

function parseEncryption(encryption: ClientOptions["encryption"]): Encryption | undefined {
  if (encryption === undefined) return undefined;
  const parsed = Encryption.safeParse(encryption);
  if (parsed.success) return parsed.data;
  throw new HermodInputError(
    issuesOf(parsed.error).map(({ path, message }) => ({ path: `encryption.${path}`, message })),
  );
}
