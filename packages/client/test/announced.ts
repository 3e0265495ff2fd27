import { announceAccounts } from "@hermod/broker/accounts";
import { announcementOf } from "@hermod/broker/announcement";
import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import type { Announcement } from "@hermod/core/announcement";
import { apply } from "@hermod/core/apply";
import type { Capabilities } from "@hermod/core/capabilities";
import { AccountBase, type Encryption, Settings } from "@hermod/core/config";
import type { MessageInput } from "@hermod/core/message";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import { type Hermod, openClient } from "../src/open-client.ts";

export const TERMS = {
  leaseMs: 30_000,
  settleMs: 1000,
  horizonMs: 60_000,
  retryDelaysMs: [],
  failoverAfterMs: 1000,
  resolution: "none" as const,
};

/** A producer's client, and the other side of it: what workers announced and do. */
export interface Announced extends AsyncDisposable {
  readonly hermod: Hermod;
  readonly broker: Broker;
  readonly link: RedisLink;
  readonly url: string;
  readonly namespace: string;
  /** Does to a message what a worker does until it is delivered. */
  deliver(id: string): Promise<void>;
}

export interface AnnouncedOptions {
  /** A Redis of the test's own instead of that of the run. */
  readonly url?: string;
  readonly namespace?: string;
  /** The way of the client to it, when that is another. */
  readonly clientUrl?: string;
  /** What workers and client encrypt with. */
  readonly encryption?: Encryption;
  /** How long workers keep the text of a final message. */
  readonly textMs?: number;
  /** Accounts beside `templates` and `texts`, and what is special about them. */
  readonly accounts?: Readonly<Record<string, Partial<Capabilities>>>;
}

export function announcement(
  content: ("text" | "template")[],
  encryption?: Encryption,
  more: Partial<Capabilities> = {},
): Announcement {
  const account = AccountBase.parse({ baseUrl: "http://localhost" });
  const capabilities = {
    content,
    reference: "none",
    lookup: "none",
    reports: "both",
    sendBatch: 1,
    statusBatch: 1,
    validity: false,
    ...more,
  } as const;
  const settings = Settings.parse({ retention: { recordMs: 60_000 }, encryption });
  return announcementOf({ ...account, provider: "etelecom" }, capabilities, settings);
}

export async function openAnnounced(options: AnnouncedOptions = {}): Promise<Announced> {
  const isolated = isolatedRedis();
  const { url = isolated.url, namespace = isolated.namespace, encryption, accounts = {} } = options;
  const { textMs = 0 } = options;
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await connectRedis(url, "process"));
  const retention = () => ({ recordMs: 60_000, textMs });
  const broker = stack.use(await openBroker(link, { namespace, partitions: 2, encryption, retention }));
  await announceAccounts(link.redis, broker.installation.keys, {
    templates: announcement(["template"], encryption),
    texts: announcement(["text"], encryption),
    ...Object.fromEntries(
      Object.entries(accounts).map(([name, more]) => [name, announcement(["text"], encryption, more)]),
    ),
  });
  const own = encryption === undefined ? {} : { encryption };
  const hermod = stack.use(await openClient({ redisUrl: options.clientUrl ?? url, namespace, ...own }));
  const owned = stack.move();
  return {
    hermod,
    broker,
    link,
    url,
    namespace,
    deliver: (id) => deliver(broker, link, id),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function deliver({ store }: Broker, link: RedisLink, id: string): Promise<void> {
  await untilItMayBegin({ store }, link, id);
  await store.change(id, (record) => {
    const at = link.clock.now();
    const begun = apply(record, { type: "begin", at, owner: "test", terms: TERMS });
    const report = { kind: "delivered", word: "ok" } as const;
    return { after: apply(begun, { type: "report", at, report, terms: TERMS }) };
  });
}

/** The client that accepted a message has a clock of its own, which may be some milliseconds ahead: before that it does not begin. */
export async function untilItMayBegin(
  { store }: Pick<Broker, "store">,
  { clock }: RedisLink,
  id: string,
): Promise<void> {
  const [found] = await store.load([id]);
  const releaseAt = found?.kind === "record" ? found.record.releaseAt : 0;
  await waitUntil("the message's time", () => clock.now() >= releaseAt, { everyMs: 1 });
}

export function message(more: Partial<MessageInput> = {}): MessageInput {
  return {
    account: "templates",
    to: "+84836106872",
    content: { template: "OTP", params: { otp: "123456" } },
    ...more,
  };
}
