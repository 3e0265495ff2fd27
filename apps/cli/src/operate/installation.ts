import { type Breakers, openBreakers } from "@hermod/broker/breaker";
import { connectRedis, type RedisLink } from "@hermod/broker/connect";
import { keysOf } from "@hermod/broker/keys";
import { type Observer, openObserver } from "@hermod/broker/observe";
import { readEnvironment } from "@hermod/service/environment";
import type { Environment } from "../environment.ts";

/** An installation as an operator sees it: without a configuration, and so without a password or key in it. */
export interface OpenInstallation extends AsyncDisposable {
  readonly link: RedisLink;
  readonly observer: Observer;
  readonly breakers: Breakers;
}

/** Connects to the Redis of `REDIS_URL`; throws a `RedisUnusableError` when it cannot be used. */
export async function openInstallation(env: Environment): Promise<OpenInstallation> {
  await using stack = new AsyncDisposableStack();
  const link = stack.use(await connectRedis(readEnvironment(env).redisUrl, "viewer"));
  const observer = stack.use(await link.inTime(openObserver(link)));
  const owned = stack.move();
  return {
    link,
    observer,
    breakers: openBreakers(link.redis, keysOf()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
