import type { Pacer } from "@hermod/broker/pacer";
import type { StatusPauses } from "@hermod/broker/status-pause";
import type { Provider } from "@hermod/providers/provider";
import type { LimitMetrics } from "@hermod/service/limit-metrics";
import type { RequestMetrics } from "@hermod/service/request-metrics";

/** The same provider, whose requests are counted. */
export function measuredProvider(provider: Provider, requests: RequestMetrics): Provider {
  const { lookup } = provider;
  return {
    ...provider,
    send: (messages, signal) => requests.send(provider.send(messages, signal)),
    status: (messages, signal) => requests.check(messages.length, provider.status(messages, signal)),
    ...(lookup === undefined
      ? {}
      : { lookup: (messages, signal) => requests.check(messages.length, lookup(messages, signal)) }),
  };
}

/** The same pacer, whose waits and rests are counted. */
export function measuredPacer(pacer: Pacer, limits: LimitMetrics): Pacer {
  return {
    async reserve(account, lane, slots, paceLimits) {
      const found = await pacer.reserve(account, lane, slots, paceLimits);
      if (found.kind === "reserved") {
        limits.waited(account, lane, found.firstInMs, found.kind);
        limits.paced(account, lane, 1000 / found.everyMs);
      }
      if (found.kind === "busy") limits.waited(account, lane, found.forMs, found.kind);
      return found;
    },
    giveBack: (account, lane, row) => pacer.giveBack(account, lane, row),
    limitedMs: (account) => pacer.limitedMs(account),
    async rest(account, lane, forMs, refused) {
      limits.rested(account, lane, forMs);
      await pacer.rest(account, lane, forMs, refused);
    },
  };
}

/** The same rests after refused status requests, counted. */
export function measuredPauses(pauses: StatusPauses, limits: LimitMetrics): StatusPauses {
  return {
    ...pauses,
    async refuse(account, refusal) {
      const restMs = await pauses.refuse(account, refusal);
      limits.rested(account, "status", restMs);
      return restMs;
    },
  };
}
