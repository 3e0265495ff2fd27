import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openClient } from "@hermod/client";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { startRedis } from "@hermod/testing/redis";
import { expect, test } from "vitest";
import { message } from "./installation.ts";
import { answerTo } from "./order-redis.ts";

const DEPLOY = join(import.meta.dirname, "../../../deploy");
const WAIT = { timeoutMs: 30_000 };

/** A Redis with the users that `deploy/prepare.sh` makes, and the address of each of them. */
async function restrictedRedis(folder: string) {
  await promisify(execFile)("sh", [join(DEPLOY, "prepare.sh"), folder]);
  const variables = await readFile(join(folder, ".env"), "utf8");
  const redis = await startRedis({ settings: { aclfile: join(folder, "users.acl") } });
  const { host } = new URL(redis.url);
  const secretOf = (name: string): string => new RegExp(`^${name}=(.+)$`, "m").exec(variables)?.[1] ?? "";
  const urlOf = (role: string): string => {
    return `redis://hermod-${role}:${secretOf(`HERMOD_${role.toUpperCase()}_PASSWORD`)}@${host}`;
  };
  return { redis, urlOf, secretOf };
}

test("each role does its work with the rights that deploy gives it, and no process asks for more", {
  timeout: 90_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "hermod-rights-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { redis, urlOf, secretOf } = await restrictedRedis(folder);
  stack.use(redis);
  const encryption = { keys: { k1: secretOf("HERMOD_KEY_1") }, active: "k1" };
  const simulator = stack.use(await startEtelecom({ seed: 1, plan: () => delivered(300) }));
  const account = { provider: "etelecom", baseUrl: simulator.url, username: "hermod", password: "secret" };
  const config = {
    accounts: { "etelecom-main": { ...account, statusPerSecond: 50 } },
    check: { minMs: 100 },
    encryption,
  };
  const path = join(folder, "hermod.yaml");
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });

  const env = { HERMOD_CONFIG: path, LOG_LEVEL: "trace", REDIS_URL: urlOf("process") };
  const processes: AppProcess[] = [];
  for (const app of ["poller", "worker"] as const) processes.push(stack.use(await startApp(app, { env })));
  const access = { BOARD_USER: "operator", BOARD_PASSWORD: "correct horse", PORT: "0" };
  const found = { BOARD_NUMBER_KEYS: secretOf("BOARD_NUMBER_KEYS") };
  processes.push(
    stack.use(await startApp("board", { env: { ...access, ...found, REDIS_URL: urlOf("board") } })),
  );

  await using hermod = await openClient({ redisUrl: urlOf("producer"), encryption });
  const { id } = await hermod.send(message("1", { idempotencyKey: "once" }));
  expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
  const { id: late } = await hermod.send(message("2", { sendAt: Date.now() + 60_000 }));
  expect(await hermod.cancel(late)).toBe("canceled");
  expect((await hermod.find(message("1").to)).map((view) => view.id).sort()).toEqual([id, late].sort());
  const said = processes.flatMap(({ lines }) => lines).join("\n");
  const port = /"port":(\d+)/.exec(said)?.[1];
  const authorization = `Basic ${Buffer.from("operator:correct horse").toString("base64")}`;
  const ask = async (where: string) =>
    (await fetch(`http://127.0.0.1:${port}${where}`, { headers: { authorization } })).status;
  for (const page of ["/messages", `/messages/${id}`, "/queues", "/queues/api/queues"])
    expect([page, await ask(page)]).toEqual([page, 200]);
  const lookUp = await fetch(`http://127.0.0.1:${port}/messages/by-number`, {
    ...{ method: "POST", body: new URLSearchParams({ number: message("1").to }), headers: { authorization } },
  });
  expect(await lookUp.text()).toMatch(new RegExp(`2 messages to this number(?=[^]*${id})(?=[^]*${late})`));
  // What Redis refused stands there, also what a script of ours was refused half-way.
  expect(await answerTo(urlOf("admin"), "ACL LOG")).toBe("*0");
});

test("no role but the administrator may destroy an installation, and nobody enters without a password", {
  timeout: 60_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "hermod-rights-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { redis, urlOf } = await restrictedRedis(folder);
  stack.use(redis);
  for (const role of ["process", "producer", "board", "operator"]) {
    for (const order of [
      "FLUSHALL",
      "FLUSHDB",
      "SHUTDOWN",
      "CONFIG SET appendonly no",
      "KEYS *",
      "SCRIPT FLUSH",
    ])
      expect([role, order, await answerTo(urlOf(role), order)]).toEqual([
        role,
        order,
        expect.stringMatching(/^-NOPERM/),
      ]);
    expect(await answerTo(urlOf(role), "SET elsewhere 1")).toMatch(/^-NOPERM/);
  }
  expect(await answerTo(urlOf("board"), "SET hermod:x 1")).toMatch(/^-NOPERM/);
  expect(await answerTo(redis.url, "PING")).toMatch(/^-NOAUTH/);
});
