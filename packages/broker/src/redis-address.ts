import { Redis, type RedisOptions } from "ioredis";
import { RedisUnusableError } from "./redis-unusable-error.ts";

/** How replies are mapped is not for a connection to choose. */
type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

/** Where a Redis is found. */
export interface RedisAddress {
  /** For messages: hosts and ports, never a password. */
  readonly place: string;
  open(options: ConnectionOptions): Redis;
}

const SENTINEL_PORT = 26_379;

/**
 * Reads an address: `redis://host:6379` of a server or of any node of a cluster, or
 * `redis+sentinel://user:password@one:26379,other:26379/<name of the master>` of sentinels, which say where their master is now;
 * `rediss` for TLS. The password is the master's; that of the sentinels, if they have one, comes as `?sentinelPassword=…`
 * (`sentinelUsername`). Throws a `RedisUnusableError` for what is none.
 */
export function redisAddress(url: string): RedisAddress {
  const [, scheme, user = "", hosts = "", name = "", query = ""] =
    /^(rediss?)\+sentinel:\/\/(?:([^@/]*)@)?([^@/?]+)\/([^/?]+)(?:\?(.*))?$/.exec(url) ?? [];
  if (scheme !== undefined) return behindSentinels(scheme === "rediss", user, hosts, name, query);
  if (/^rediss?\+sentinel:/.test(url))
    throw new RedisUnusableError(
      "REDIS_URL is not an address of sentinels such as redis+sentinel://one:26379,other:26379/mymaster.",
    );
  if (!URL.canParse(url))
    throw new RedisUnusableError("REDIS_URL is not an address such as redis://localhost:6379.");
  const { protocol, host } = new URL(url);
  if (protocol !== "redis:" && protocol !== "rediss:")
    throw new RedisUnusableError("REDIS_URL must begin with redis:// or rediss://.");
  return { place: host, open: (options) => new Redis(url, options) };
}

function behindSentinels(
  isSecure: boolean,
  user: string,
  hosts: string,
  name: string,
  query: string,
): RedisAddress {
  const sentinels = hosts.split(",").map((host) => {
    const address = `redis://${host}`;
    if (!URL.canParse(address))
      throw new RedisUnusableError("REDIS_URL names a sentinel that is no host and port.");
    const { hostname, port } = new URL(address);
    return { host: hostname.replaceAll(/^\[|\]$/g, ""), port: Number(port || SENTINEL_PORT) };
  });
  const [username = "", password = ""] = user.split(/:(.*)/s).map(decodeURIComponent);
  const own = new URLSearchParams(query);
  const sentinelUsername = own.get("sentinelUsername");
  const sentinelPassword = own.get("sentinelPassword");
  const options: ConnectionOptions = {
    sentinels,
    name: decodeURIComponent(name),
    // Whoever was the master until now is left as soon as a sentinel says so, and not when it says so itself.
    failoverDetector: true,
    ...(username === "" ? {} : { username }),
    ...(password === "" ? {} : { password }),
    ...(sentinelUsername === null ? {} : { sentinelUsername }),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
    ...(isSecure ? { tls: {}, enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
  };
  return { place: `${hosts} (sentinels)`, open: (more) => new Redis({ ...options, ...more }) };
}
