import { KEY_FILE, LOOPBACK_CERTIFICATE_FILE } from "./raw-server.ts";

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

/** Settings of a server that speaks TLS and nothing else, also with its replicas; without one for TLS none does. */
export const TLS: RedisSettings = {
  "tls-cert-file": LOOPBACK_CERTIFICATE_FILE,
  "tls-key-file": KEY_FILE,
  "tls-ca-cert-file": LOOPBACK_CERTIFICATE_FILE,
  "tls-auth-clients": "no",
  "tls-replication": "yes",
};

function isSecure(settings: RedisSettings): boolean {
  return settings["tls-cert-file"] !== undefined;
}

/** Where a server with these settings listens. */
export function listening(port: number, settings: RedisSettings): RedisSettings {
  return isSecure(settings) ? { port: "0", "tls-port": `${port}` } : { port: `${port}` };
}

/** The address of a server with these settings. */
export function redisUrl(host: string, port: number, settings: RedisSettings = {}): string {
  const { requirepass } = settings;
  const user = requirepass === undefined ? "" : `:${encodeURIComponent(requirepass)}@`;
  return `${isSecure(settings) ? "rediss" : "redis"}://${user}${host}:${port}`;
}
