/** Settings of a Redis server by the names of redis.conf, for example `requirepass`. */
export type RedisSettings = Readonly<Record<string, string>>;

/**
 * What Hermod needs of a Redis, under what a test wants on top: nothing acknowledged is lost, nothing is
 * evicted.
 */
export function durable(settings: RedisSettings): RedisSettings {
  return {
    save: "",
    appendonly: "yes",
    appendfsync: "always",
    "maxmemory-policy": "noeviction",
    ...settings,
  };
}

/** The address of a server with these settings. */
export function redisUrl(host: string, port: number, { requirepass }: RedisSettings = {}): string {
  const user = requirepass === undefined ? "" : `:${encodeURIComponent(requirepass)}@`;
  return `redis://${user}${host}:${port}`;
}
