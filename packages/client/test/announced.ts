import { announceAccounts } from "@hermod/broker/accounts";
import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import type { Announcement } from "@hermod/core/announcement";
import { apply } from "@hermod/core/apply";
import type { MessageInput } from "@hermod/core/message";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { type Hermod, openClient } from "../src/open-client.ts";

const TERMS = { leaseMs: 30_000, settleMs: 1000, horizonMs: 60_000, retryDelaysMs: [], probeMs: 1000 };

/** A producer's client, and the other side of it: what workers announced and do. */
export interface Announced extends AsyncDisposable {
  readonly hermod: Hermod;
  readonly broker: Broker;
  readonly link: RedisLink;
  readonly namespace: string;
  /** Does to a message what a worker does until it is delivered. */
  deliver(id: string): Promise<void>;
}

function announcement(content: ("text" | "template")[]): Announcement {
  return {
    v: 1,
    provider: "etelecom",
    capabilities: {
      content,
      reference: "none",
      lookup: "none",
      reports: "both",
      sendBatch: 1,
      statusBatch: 1,
      validity: false,
    },
    sendPerSecond: 10,
    retention: { recordMs: 60_000, textMs: 0 },
  };
}

export async function openAnnounced(): Promise<Announced> {
  const { url, namespace } = isolatedRedis();
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await connectRedis(url, "process"));
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  const broker = stack.use(await openBroker(link, { namespace, partitions: 2, retention }));
  await announceAccounts(link.redis, broker.installation.keys, {
    templates: announcement(["template"]),
    texts: announcement(["text"]),
  });
  const hermod = stack.use(await openClient({ redisUrl: url, namespace }));
  const owned = stack.move();
  return {
    hermod,
    broker,
    link,
    namespace,
    async deliver(id) {
      await broker.store.change(id, (record) => {
        const at = link.clock.now();
        const begun = apply(record, { type: "begin", at, owner: "test", terms: TERMS });
        return {
          after: apply(begun, {
            type: "report",
            at,
            report: { kind: "delivered", word: "ok" },
            terms: TERMS,
          }),
        };
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function message(more: Partial<MessageInput> = {}): MessageInput {
  return {
    account: "templates",
    to: "+84836106872",
    content: { template: "OTP", params: { otp: "123456" } },
    ...more,
  };
}
