import { Redis } from "ioredis";
import { type OwnRedis, startRedis } from "./redis.ts";
import { waitUntil } from "./wait.ts";

/** A real cluster of masters, without replicas. */
export interface RedisCluster extends AsyncDisposable {
  /** The address of one of them, as an operator would give it. */
  readonly url: string;
  readonly masters: readonly OwnRedis[];
  /** How many keys each of them holds. */
  sizes(): Promise<number[]>;
}

const SLOTS = 16_384;

const SETTINGS = {
  "cluster-enabled": "yes",
  "cluster-announce-ip": "127.0.0.1",
  "cluster-node-timeout": "2000",
};

/** Starts so many servers and has them divide the slots among themselves. */
export async function startCluster(count = 3): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const masters = await Promise.all(Array.from({ length: count }, () => startRedis({ settings: SETTINGS })));
  for (const master of masters) stack.use(master);
  const asked = masters.map(({ url }) => {
    const redis = new Redis(url);
    stack.defer(() => redis.disconnect());
    // A test may kill one of them.
    redis.on("error", () => {});
    return redis;
  });
  const share = Math.ceil(SLOTS / count);
  await Promise.all(
    asked.map((redis, index) =>
      redis.call("CLUSTER", "ADDSLOTSRANGE", index * share, Math.min(SLOTS, (index + 1) * share) - 1),
    ),
  );
  const [first] = asked;
  for (const { url } of masters.slice(1))
    await first?.call("CLUSTER", "MEET", "127.0.0.1", new URL(url).port);
  await waitUntil(
    "the cluster to be up",
    async () => {
      const told = await Promise.all(asked.map(async (redis) => String(await redis.call("CLUSTER", "INFO"))));
      return told.every(
        (info) => info.includes("cluster_state:ok") && info.includes(`cluster_size:${count}`),
      );
    },
    { timeoutMs: 15_000 },
  );
  const owned = stack.move();
  return {
    url: masters[0]?.url ?? "",
    masters,
    sizes: () => Promise.all(asked.map((redis) => redis.dbsize())),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
