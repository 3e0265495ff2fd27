import { randomUUID } from "node:crypto";
import type { RedisLink } from "@hermod/broker/connect";
import { consumeCallbacks } from "@hermod/broker/consume-callbacks";
import { openFinalGroup } from "@hermod/broker/final-group";
import type { Broker } from "@hermod/broker/open-broker";
import { openPublicRecords, type PublicRecords } from "@hermod/broker/public-record";
import { CALLBACK_GROUP, callbackBody, callbackId } from "@hermod/core/callback";
import type { Settings } from "@hermod/core/config";
import type { StateEvent } from "@hermod/core/state-event";
import { openCallbackEndpoint } from "@hermod/providers/post-callback";
import { callbackMetrics } from "@hermod/service/callback-metrics";
import type { Logger } from "@hermod/service/log";
import type { Metrics } from "@hermod/service/metrics";
import { feedCallbacks } from "./feed-callbacks.ts";
import type { Loop } from "./loops.ts";

export interface CallbackParts {
  readonly link: RedisLink;
  readonly broker: Broker;
  readonly settings: Pick<Settings, "callbacks" | "lease">;
  readonly log: Logger;
  readonly report: (what: string, error: unknown) => void;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
}

export interface OpenedCallbacks extends AsyncDisposable {
  readonly loops: readonly Loop[];
  /** Posts from now on what lies in the queues. */
  begin(): void;
}

/** Between two looks for new finals, and between two counts. */
const LOOK_MS = 100;
const COUNT_MS = 5000;

/** What a dead process had in hand goes to others after this time; to put it into a queue takes milliseconds. */
const CLAIM_AFTER_MS = 5000;

/**
 * Posts the final states of those producers that have an endpoint. Finals become jobs, and a final counts as done only when its job
 * lies in the queue; jobs are posted until they are taken or dead. So every final is posted at least once, whoever dies. A producer
 * that is new here gets those finals that come from now on.
 */
export async function openCallbacks(parts: CallbackParts): Promise<OpenedCallbacks> {
  const { link, broker, settings, metrics } = parts;
  const { producers } = settings.callbacks;
  const names = Object.keys(producers);
  const { keys } = broker.installation;
  const shown = callbackMetrics(metrics, names);
  const records = openPublicRecords(link.redis, () => keys, link.clock);
  const loops: Loop[] = [];
  for (const producer of names) {
    const consumer = { group: CALLBACK_GROUP, consumer: randomUUID(), claimAfterMs: CLAIM_AFTER_MS } as const;
    const group = await openFinalGroup(link.redis, keys, { producer, from: "now", ...consumer });
    loops.push({
      what: `callbacks of ${producer}`,
      everyMs: LOOK_MS,
      round: async () => ((await feedCallbacks(broker, producer, group)) > 0 ? "more" : "idle"),
    });
    loops.push({
      what: `count of callbacks of ${producer}`,
      everyMs: COUNT_MS,
      async round() {
        shown.show(producer, await broker.callbacks.counts(producer));
        return "idle";
      },
    });
  }
  const stack = new AsyncDisposableStack();
  return {
    loops,
    begin() {
      for (const producer of names) stack.use(openPosting(parts, producer, records, shown.attempted));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function openPosting(
  { link, broker, settings, log, report, stopping }: CallbackParts,
  producer: string,
  records: PublicRecords,
  attempted: ReturnType<typeof callbackMetrics>["attempted"],
): AsyncDisposable {
  const { callbacks, lease } = settings;
  const configured = callbacks.producers[producer];
  const stack = new AsyncDisposableStack();
  if (configured === undefined) return stack;
  const endpoint = stack.use(openCallbackEndpoint(configured, callbacks));
  const handle = async (event: StateEvent) => {
    // What its producer gave along, as long as there is a record.
    const seen = await records.load(event.id);
    const metadata = seen.kind === "record" ? seen.record.metadata : undefined;
    const callback = { id: callbackId(event), body: callbackBody(event, metadata) };
    const outcome = await endpoint.post(callback, link.clock.now());
    attempted(producer, outcome);
    return outcome;
  };
  stack.use(
    consumeCallbacks({
      redis: link.another(),
      keys: broker.installation.keys,
      producer,
      handle,
      onDead: ({ id, state }, reason) => log.error({ producer, id, state, reason }, "callback given up"),
      onError: (error) => {
        if (!stopping.aborted) report(`callbacks of ${producer}`, error);
      },
      retryDelaysMs: callbacks.retryDelaysMs,
      concurrency: callbacks.connections,
      lockMs: lease.lockMs,
      stalledMs: lease.stalledMs,
      stopping,
    }),
  );
  return stack;
}
