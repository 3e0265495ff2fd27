import { BUCKETS } from "@hermod/core/polling/hazard-buckets";
import { type HazardSketch, memoryMs } from "@hermod/core/polling/hazard-sketch";
import { PUSH_GRACE_MS, type PushHealth } from "@hermod/core/polling/push-health";
import { sketchOfFields } from "@hermod/core/polling/sketch-fields";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { defineLearningScripts } from "./learning-scripts.ts";
import { replies } from "./replies.ts";

/** What following an account's messages cost and brought, in all. */
export interface FollowingCounts {
  readonly requests: number;
  /** Messages asked about, all requests together. */
  readonly looks: number;
  /** Messages that looks found final. */
  readonly finals: number;
  /** Of finals whose time the provider tells: how many, and the time until they were noticed, all together. */
  readonly timed: number;
  readonly lagMs: number;
}

/** What accounts teach about the time to a final report. Losing it does no harm: it is learned again. */
export interface Learning {
  /** Adds what was learned of a route; what all processes learn adds up. */
  add(account: string, route: string, learned: HazardSketch): Promise<void>;
  /** Everything that is known of an account's routes. */
  routes(account: string): Promise<Map<string, HazardSketch>>;
  count(account: string, counts: FollowingCounts): Promise<void>;
  /** Final reports about these messages were pushed. For whoever takes pushes: that is all there is to tell. */
  pushCame(account: string, ids: readonly string[]): Promise<void>;
  /**
   * Looks found these messages final: their pushes are missed if they do not come soon. Returns how pushes fare; undefined where
   * none ever came.
   */
  awaitPushes(account: string, ids: readonly string[]): Promise<PushHealth | undefined>;
}

/** A route that nothing was learned of for so long is forgotten. */
const KEPT_SECONDS = 30 * 86_400;

export function openLearning(redis: Redis, keys: Keys): Learning {
  defineLearningScripts(redis);
  return {
    async add(account, route, { finals, events, exposureMs }) {
      const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket).flatMap((bucket) => {
        const [count = 0, riskMs = 0] = [events[bucket], exposureMs[bucket]];
        return count > 0 || riskMs > 0 ? [bucket, count, riskMs, memoryMs(bucket)] : [];
      });
      const [sketch, routes] = [keys.sketch(account, route), keys.sketches(account)];
      await redis.hermodLearn(sketch, routes, route, KEPT_SECONDS, finals, ...buckets);
    },
    routes: (account) => readRoutes(redis, keys, account),
    async count(account, counts) {
      const pipeline = redis.pipeline();
      for (const [field, value] of Object.entries(counts)) {
        if (value > 0) pipeline.hincrby(keys.followed(account), field, Math.round(value));
      }
      await replies(pipeline);
    },
    async pushCame(account, ids) {
      if (ids.length > 0)
        await redis.hermodPushCame(keys.followed(account), keys.awaitedPushes(account), ...ids);
    },
    async awaitPushes(account, ids) {
      const [followed, awaited] = [keys.followed(account), keys.awaitedPushes(account)];
      const [came, missed] = await redis.hermodAwaitPushes(followed, awaited, PUSH_GRACE_MS, ...ids);
      return came === undefined ? undefined : { came: Number(came), missed: Number(missed) };
    },
  };
}

/** Reads the sketches of an account's routes; it only reads, so that whoever looks on may. */
export async function readRoutes(
  redis: Redis,
  keys: Keys,
  account: string,
): Promise<Map<string, HazardSketch>> {
  const names = await redis.smembers(keys.sketches(account));
  const pipeline = redis.pipeline();
  for (const name of names) pipeline.hgetall(keys.sketch(account, name));
  const hashes = (await replies(pipeline)) as Record<string, string>[];
  return new Map(names.map((name, index) => [name, sketchOfFields(hashes[index] ?? {})]));
}

/** Reads what following an account cost, and how its pushes fare. */
export async function readFollowed(
  redis: Redis,
  keys: Keys,
  account: string,
): Promise<FollowingCounts & { readonly pushes: PushHealth | undefined }> {
  const fields = await redis.hgetall(keys.followed(account));
  const count = (name: keyof FollowingCounts): number => Number(fields[name] ?? 0);
  const { came, missed } = fields;
  return {
    requests: count("requests"),
    looks: count("looks"),
    finals: count("finals"),
    timed: count("timed"),
    lagMs: count("lagMs"),
    pushes: came === undefined ? undefined : { came: Number(came), missed: Number(missed) },
  };
}
