import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { acquireRedis, startRedis } from "./redis.ts";
import { startContainer } from "./redis-container.ts";
import { debianServer } from "./redis-debian.ts";
import { startServer } from "./redis-server.ts";
import { waitUntil } from "./wait.ts";

const SLOW = 90_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

function clientOf(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on("error", () => {});
  onTestFinished(() => redis.disconnect());
  return redis;
}

async function configOf(redis: Redis, name: string): Promise<string> {
  const [, value = ""] = (await redis.config("GET", name)) as string[];
  return value;
}

/** Where nothing of the ladder can be found. */
async function withoutAnything(): Promise<void> {
  const empty = await mkdtemp(join(tmpdir(), "hermod-nothing-"));
  onTestFinished(() => rm(empty, { recursive: true }));
  vi.stubEnv("PATH", empty);
  vi.stubEnv("REDIS_URL", undefined);
  vi.stubEnv("REDIS_SERVER", undefined);
  vi.stubEnv("DOCKER_HOST", `unix://${empty}/docker.sock`);
}

test("a Redis that we start writes each command to its disk and evicts nothing", {
  timeout: SLOW,
}, async () => {
  await using server = await startRedis();
  const redis = clientOf(server.url);
  expect(await configOf(redis, "appendonly")).toBe("yes");
  expect(await configOf(redis, "appendfsync")).toBe("always");
  expect(await configOf(redis, "maxmemory-policy")).toBe("noeviction");
  if (server.source !== "container") {
    expect(await configOf(redis, "bind")).toBe("127.0.0.1");
    const { mode } = await stat(await configOf(redis, "dir"));
    expect(mode & 0o777).toBe(0o700);
  }
});

test("a killed Redis comes back on its port with all that it had answered", { timeout: SLOW }, async () => {
  await using server = await startRedis();
  const redis = clientOf(server.url);
  for (let round = 1; round <= 3; round++) {
    await redis.set(`round${round}`, "kept");
    await server.kill();
    await server.restart();
    expect(await redis.get(`round${round}`)).toBe("kept");
  }
  expect(await redis.dbsize()).toBe(3);
});

test("a running Redis is not restarted", { timeout: SLOW }, async () => {
  await using server = await startRedis();
  await expect(server.restart()).rejects.toThrow("kill it before it can restart");
});

test("settings of the test reach the server, a password its address too", { timeout: SLOW }, async () => {
  await using server = await startRedis({ settings: { requirepass: "s3cret/:@", appendonly: "no" } });
  expect(server.url).toContain(encodeURIComponent("s3cret/:@"));
  expect(await configOf(clientOf(server.url), "appendonly")).toBe("no");
});

test("letting go of a killed Redis removes its directory, and doing so twice is harmless", {
  timeout: SLOW,
}, async () => {
  const server = await startRedis();
  const dir = await configOf(clientOf(server.url), "dir");
  await server.kill();
  await access(dir);
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await expect(access(dir)).rejects.toThrow("ENOENT");
});

test("kill -9 of its owner ends the Redis and removes its directory", { timeout: SLOW }, async () => {
  const script = `
    import { Redis } from "ioredis";
    import { startRedis } from "./redis.ts";
    const server = await startRedis();
    if (process.argv[1] === "after a restart") {
      await server.kill();
      await server.restart();
    }
    const [, dir] = await new Redis(server.url).config("GET", "dir");
    console.log(JSON.stringify({ url: server.url, dir }));`;
  for (const when of ["at once", "after a restart"]) {
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script, when], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: owner.stdout }), "line")) as [string];
    const { url, dir } = JSON.parse(line) as { url: string; dir: string };
    expect(await answers(url)).toBe(true);
    owner.kill("SIGKILL");
    await waitUntil(`the server to end (${when})`, async () => !(await answers(url)));
    await waitUntil(`its directory to go (${when})`, () =>
      access(dir).then(
        () => false,
        () => true,
      ),
    );
  }
});

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const event = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return event;
}

test("a port that is taken in between is passed over", { timeout: SLOW }, async () => {
  await using first = await startRedis();
  const taken = Number(new URL(first.url).port);
  const ports = [taken, taken, taken + 1];
  await using second = await startServer(await serverCommand(), { nextPort: () => ports.shift() ?? 0 });
  expect(second.url).toBe(`redis://127.0.0.1:${taken + 1}`);
});

test("a server that cannot start says why and leaves nothing behind", { timeout: SLOW }, async () => {
  const command = await serverCommand();
  const folder = await mkdtemp(join(tmpdir(), "hermod-failing-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  vi.stubEnv("TMPDIR", folder);
  await expect(startServer(command, { settings: { "no-such-setting": "1" } })).rejects.toThrow(
    /no-such-setting/,
  );
  await expect(startServer(["/no/such/redis-server"])).rejects.toThrow(/no\/such/);
  expect(await readdir(folder)).toEqual([]);
});

async function serverCommand(): Promise<string[]> {
  const server = await startRedis();
  await server[Symbol.asyncDispose]();
  return server.source === "debian" ? await debianServer() : [server.detail];
}

test("REDIS_URL is taken as it is and left alone", async () => {
  vi.stubEnv("REDIS_URL", "redis://elsewhere:6379");
  await using redis = await acquireRedis();
  expect(redis).toMatchObject({ url: "redis://elsewhere:6379", source: "REDIS_URL" });
});

test("REDIS_SERVER goes before PATH, so a broken one is told and not passed over", async () => {
  await withoutAnything();
  vi.stubEnv("PATH", "/usr/bin:/bin");
  vi.stubEnv("REDIS_SERVER", "/no/such/server");
  await expect(acquireRedis()).rejects.toThrow("/no/such/server was not ready");
});

test("without any Redis the error names each rung missed and what would do", async () => {
  await withoutAnything();
  const { message } = await acquireRedis().then(
    () => new Error("there was one"),
    (error: Error) => error,
  );
  expect(message).toContain("No Redis is at hand:");
  for (const missed of [
    "REDIS_URL is not set",
    "nor redis-server is on PATH",
    "no container of",
    "no apt-get",
  ]) {
    expect(message).toContain(missed);
  }
  for (const remedy of [
    "REDIS_URL=redis://host:6379",
    "brew install valkey",
    "apt-get install redis-server",
    "Docker",
  ]) {
    expect(message).toContain(remedy);
  }
});

test("a container engine that accepts and stays silent is given up, and holds nothing open", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.resume())).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as { port: number };
  await withoutAnything();
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${port}`);
  await expect(acquireRedis({ engineTimeoutMs: 200 })).rejects.toThrow(
    `tcp://127.0.0.1:${port} was silent for 0.2 s`,
  );
  await waitUntil("the connection to be given up", () =>
    sockets.every(({ closed, destroyed }) => closed || destroyed),
  );
  silent.close();
});

const engine = await promisify(execFile)("docker", ["info"], { timeout: 5000 }).then(
  () => "",
  () => "no container engine here",
);

test("a Redis in a container is durable, and comes back after a kill", { timeout: 240_000 }, async ({
  skip,
}) => {
  skip(engine !== "", engine);
  await using server = await startContainer({ image: "redis:8-alpine", settings: { requirepass: "secret" } });
  const redis = clientOf(server.url);
  expect(await configOf(redis, "appendfsync")).toBe("always");
  await redis.set("key", "kept");
  await server.kill();
  await server.restart();
  expect(await redis.get("key")).toBe("kept");
});
