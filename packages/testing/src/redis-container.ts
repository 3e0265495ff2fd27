import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import type { OwnServer } from "./redis-server.ts";
import { durable, type RedisSettings, redisUrl } from "./redis-settings.ts";
import { waitUntil } from "./wait.ts";

export interface ContainerOptions {
  readonly image: string;
  readonly settings?: RedisSettings;
  /** How long the container engine may take to answer a ping. */
  readonly engineTimeoutMs?: number;
}

/** A Redis in a container; testcontainers' reaper removes it when this process dies without a word. */
export async function startContainer(options: ContainerOptions): Promise<OwnServer> {
  const { image, settings = {}, engineTimeoutMs = 10_000 } = options;
  await pingEngine(engineTimeoutMs);
  // Loading it takes half a second, which only this rung of the ladder should cost.
  const { GenericContainer, getContainerRuntimeClient, RandomPortGenerator, Wait } = await import(
    "testcontainers"
  );
  const engine = await getContainerRuntimeClient();
  const { port: wanted, ...others } = settings;
  // A fixed port on the host, since a chosen one would be another after a restart.
  const host = wanted === undefined ? await new RandomPortGenerator().generatePort() : Number(wanted);
  const server = Object.entries(durable(others)).flatMap(([key, value]) => [`--${key}`, value]);
  const container = await new GenericContainer(image)
    .withCommand(["redis-server", ...server])
    .withExposedPorts({ container: 6379, host })
    .withWaitStrategy(Wait.forLogMessage("Ready to accept connections"))
    .withStartupTimeout(60_000)
    .start();
  const docker = engine.container.getById(container.getId());
  let closed: Promise<unknown> | undefined;
  return {
    url: redisUrl(container.getHost(), host, settings),
    async kill() {
      await docker.kill({ signal: "SIGKILL" });
      await docker.wait();
    },
    async restart() {
      await docker.start();
      await waitUntil("Redis after its restart", () => answersPing(container.getHost(), host), {
        timeoutMs: 15_000,
      });
    },
    async freeze() {
      await docker.pause();
    },
    async thaw() {
      await docker.unpause();
    },
    async [Symbol.asyncDispose]() {
      closed ??= container.stop();
      await closed;
    },
  };
}

/**
 * Makes sure that what DOCKER_HOST points to answers at all: one that accepts and stays silent would hold
 * testcontainers, and with it this process, without end. Whether the answer is of use is for testcontainers
 * to say.
 */
async function pingEngine(timeoutMs: number): Promise<void> {
  const { DOCKER_HOST: given } = process.env;
  const place = given || "unix:///var/run/docker.sock";
  const { protocol, hostname, port, pathname } = new URL(place);
  if (protocol !== "unix:" && protocol !== "tcp:") return;
  const to = protocol === "unix:" ? { socketPath: pathname } : { hostname, port: port || 2375 };
  const answered = Promise.withResolvers<void>();
  const ping = request({ ...to, path: "/_ping" });
  ping.on("response", () => answered.resolve());
  ping.on("error", (error: NodeJS.ErrnoException) => {
    // Without DOCKER_HOST there are other places that testcontainers knows of.
    if (given && ABSENT.has(error.code ?? "")) answered.reject(new Error(`${place}: ${error.message}`));
    else answered.resolve();
  });
  const deadline = setTimeout(() => {
    answered.reject(new Error(`${place} was silent for ${timeoutMs / 1000} s`));
  }, timeoutMs);
  ping.end();
  try {
    await answered.promise;
  } finally {
    clearTimeout(deadline);
    ping.destroy();
  }
}

const ABSENT: ReadonlySet<string> = new Set([
  "ENOENT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "EACCES",
]);

/** Whether a Redis listens there and has loaded its data; a wrong password counts as an answer. */
async function answersPing(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, signal: AbortSignal.timeout(1000) });
  try {
    socket.write("PING\r\n");
    const [reply] = await once(socket, "data");
    return !String(reply).startsWith("-LOADING");
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
