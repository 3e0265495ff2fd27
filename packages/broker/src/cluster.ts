import {
  type ChainableCommander,
  Cluster,
  type ClusterOptions,
  type Redis,
  type RedisOptions,
} from "ioredis";

/** A command of a cluster's node that moved away, or whose node is away, is tried again this often: for hours. */
const FOR_LONG = 100_000;

/** Until a failover is over, or a node is asked again which slots are where. */
const RETRY_MS = 200;

/**
 * The cluster that a server belongs to, to be used as one connection. ioredis gives it every command of a single server; what
 * differs is taken care of here: a pipeline may hold keys of several nodes, and a scan goes through all of them.
 */
export function clusterBehind(seed: Redis): Redis {
  const {
    host = "127.0.0.1",
    port = 6379,
    retryStrategy,
    enableOfflineQueue = true,
    ...options
  } = seed.options;
  const { username, password, tls, maxRetriesPerRequest, connectTimeout, socketTimeout } = options;
  const redisOptions = {
    ...(username === undefined || username === null ? {} : { username }),
    ...(password === undefined || password === null ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    maxRetriesPerRequest: maxRetriesPerRequest ?? null,
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
    ...(socketTimeout === undefined ? {} : { socketTimeout }),
    disconnectTimeout: 100,
  };
  return asOne(
    new Cluster([{ host, port }], {
      redisOptions,
      enableOfflineQueue,
      lazyConnect: true,
      ...(retryStrategy === undefined ? {} : { clusterRetryStrategy: retryStrategy }),
      maxRedirections: maxRetriesPerRequest === null ? FOR_LONG : 3,
      retryDelayOnFailover: RETRY_MS,
      retryDelayOnClusterDown: RETRY_MS,
      retryDelayOnTryAgain: RETRY_MS,
      slotsRefreshTimeout: 2000,
      slotsRefreshInterval: 10_000,
      // A certificate is for the name that a node tells, and not for what that name means.
      dnsLookup: (address, callback) => callback(null, address),
    }),
  );
}

/** Every server that has keys of its own: those of a cluster, or the one that there is. */
export function serversOf(redis: Redis): Redis[] {
  const nodes = clusterOf(redis)?.nodes("master") ?? [];
  return nodes.length === 0 ? [redis] : nodes;
}

function clusterOf(redis: Redis): Cluster | undefined {
  return redis instanceof Cluster ? redis : undefined;
}

function asOne(cluster: Cluster): Redis {
  const duplicate = cluster.duplicate.bind(cluster) as (nodes: [], options: ClusterOptions) => Cluster;
  const connect = cluster.connect.bind(cluster);
  const ready = untilReady(cluster);
  const differing = {
    /** ioredis leaves it open for ever when the cluster was found to be down at first, though it connects later. */
    connect: () => Promise.race([connect(), ready()]),
    pipeline: () => pipelineOver(cluster),
    scan: (cursor: string, ...rest: string[]) => scanOver(cluster, cursor, rest),
    /** BullMQ passes nodes and options, everybody else the options of a single server. */
    duplicate(first?: unknown, options?: ClusterOptions) {
      const own: ClusterOptions = options ?? overlaid(cluster, (first ?? {}) as RedisOptions);
      return asOne(duplicate([], own));
    },
  };
  // The commands of both are the same; their types are not related.
  return Object.assign(cluster, differing) as unknown as Redis;
}

/** Waits until the cluster can be used, all callers together; fails when it is given up. */
function untilReady(cluster: Cluster): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= new Promise<void>((resolve, reject) => {
      const settle = (act: () => void) => () => {
        cluster.off("ready", onReady).off("end", onEnd);
        waiting = undefined;
        act();
      };
      const onReady = settle(resolve);
      const onEnd = settle(() => reject(new Error("Connection is closed.")));
      cluster.on("ready", onReady).on("end", onEnd);
    });
    return waiting;
  };
}

function overlaid(
  cluster: Cluster,
  { lazyConnect, enableOfflineQueue, ...more }: RedisOptions,
): ClusterOptions {
  const { redisOptions } = cluster.options;
  return {
    ...(lazyConnect === undefined ? {} : { lazyConnect }),
    ...(enableOfflineQueue === undefined ? {} : { enableOfflineQueue }),
    redisOptions: { ...redisOptions, ...more } as ClusterOptions["redisOptions"],
  };
}

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * Commands of one go, each to the node that has its key; there they keep their order. ioredis' own pipeline goes to one node and
 * refuses all others, and promises no more than this one: any of its commands may fail alone.
 */
function pipelineOver(cluster: Cluster): ChainableCommander {
  const commands: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  const run = async ({ name, args }: (typeof commands)[number]): Promise<[Error | null, unknown]> => {
    try {
      return [null, await (cluster as unknown as Record<string, Call>)[name]?.(...args)];
    } catch (error) {
      return [error as Error, undefined];
    }
  };
  const pipeline: object = new Proxy(
    {
      exec: () => Promise.all(commands.map(run)),
      get length() {
        return commands.length;
      },
    },
    {
      get(own, name) {
        // Asked for by `await`: it is no promise.
        if (typeof name === "symbol" || name === "then" || name in own) return Reflect.get(own, name);
        return (...args: unknown[]) => {
          commands.push({ name, args });
          return pipeline;
        };
      },
    },
  );
  return pipeline as ChainableCommander;
}

/** A scan through one node after the other; the cursor says which. `0` begins, and comes back at the end. */
async function scanOver(
  cluster: Cluster,
  cursor: string,
  rest: readonly string[],
): Promise<[string, string[]]> {
  const nodes = cluster.nodes("master").toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const [at = 0, inNode = "0"] = cursor === "0" ? [] : splitAt(cursor);
  const node = nodes[at];
  if (node === undefined) return ["0", []];
  const scan = node.scan.bind(node) as unknown as (...words: string[]) => Promise<[string, string[]]>;
  const [next, found] = await scan(inNode, ...rest.map(String));
  if (next !== "0") return [`${at}.${next}`, found];
  return [at + 1 < nodes.length ? `${at + 1}.0` : "0", found];
}

function splitAt(cursor: string): [number, string] {
  const [at = "0", inNode = "0"] = cursor.split(".");
  return [Number(at), inNode];
}

function nameOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
