import type { FollowingFigures } from "@hermod/core/polling/following-figures";
import { silenceOf } from "@hermod/core/polling/push-health";
import { timeToFinalOf } from "@hermod/core/polling/time-to-final";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { readFollowed, readRoutes } from "./learning.ts";
import { readPause } from "./status-pause.ts";

/** Reads how an account's messages are followed. It only reads. */
export async function readFollowing(redis: Redis, keys: Keys, account: string): Promise<FollowingFigures> {
  const [sketches, followed, pause] = await Promise.all([
    readRoutes(redis, keys, account),
    readFollowed(redis, keys, account),
    readPause(redis, keys, account),
  ]);
  const { requests, finals, timed, lagMs, pushes } = followed;
  const routes = [...sketches]
    .map(([route, sketch]) => ({ route, ...timeToFinalOf(sketch) }))
    .sort((a, b) => b.finals - a.finals);
  return {
    routes,
    requests,
    finals,
    requestsPerMessage: finals > 0 ? requests / finals : undefined,
    meanLagMs: timed > 0 ? lagMs / timed : undefined,
    pushesMissing: pushes === undefined ? undefined : silenceOf(pushes),
    pause,
  };
}
