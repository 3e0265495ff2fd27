import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { startInstallation, TOKEN } from "./installation.ts";
import { messagesTo, startSimulated } from "./simulators.ts";

const TIMES = { timeout: 30_000 };
const MAIN = { provider: "etelecom", baseUrl: "http://127.0.0.1:9", username: "u", password: "secret" };

async function withConfig<T>(config: unknown, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "hermod-ingress-"));
  try {
    const path = join(directory, "hermod.yaml");
    await writeFile(path, JSON.stringify(config));
    return await use(path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function ended(app: AppProcess) {
  return { code: await app.ended, said: app.lines.join("\n") };
}

describe("an ingress", () => {
  test(
    "with a wrong configuration ends at once, with one message that names every problem",
    TIMES,
    async () => {
      const bad = { ...MAIN, pushToken: "short", pushFrom: ["somewhere"], trustPush: "yes" };
      const config = { accounts: { main: bad }, ingress: { trustedProxies: ["proxy"], parkedMs: 0 } };
      const { code, said } = await withConfig(config, async (path) => {
        await using app = await startApp("ingress", { env: { HERMOD_CONFIG: path }, untilStarted: false });
        return await ended(app);
      });
      expect(code).toBe(1);
      expect(said).toMatch(/cannot be used, 5 problems:/);
      for (const field of [
        "accounts.main.pushToken",
        "accounts.main.pushFrom.0",
        "accounts.main.trustPush",
        "ingress.trustedProxies.0",
        "ingress.parkedMs",
      ])
        expect(said).toContain(`  - ${field}: `);
      expect(said).not.toContain("short");
    },
  );

  test("that is told to end does so promptly with 0", TIMES, async () => {
    await using installation = await startInstallation({ port: await freePort(), accounts: { main: MAIN } });
    for (const path of ["/live", "/ready", "/metrics"])
      expect((await fetch(installation.url + path)).status).toBe(200);
    const began = performance.now();
    installation.ingress.kill("SIGTERM");
    expect(await installation.ingress.ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test("has the provider asked about an untrusted push at once, and waits for no poller", TIMES, async () => {
    const port = await freePort();
    await using simulated = await startSimulated("bitel", "main", { port, finalMs: 300, answerMs: 0 });
    const accounts = { main: simulated.account };
    await using installation = await startInstallation({ port, accounts, others: ["worker"] });
    const [result] = await installation.hermod.sendMany(messagesTo("bitel", "main", 1));
    const id = result !== undefined && "id" in result ? result.id : "";
    expect(await installation.hermod.waitForFinal(id, { timeoutMs: 10_000 })).toMatchObject({
      state: "delivered",
    });
  });

  test("acknowledges nothing while Redis is away, and takes it once it is back", TIMES, async () => {
    const webcom = { ...MAIN, provider: "webcom", login: "u", sender: "Hermod", username: undefined };
    await using installation = await startInstallation({
      port: await freePort(),
      accounts: { main: MAIN, webcom },
    });
    const post = async (account: string, body: string) => {
      const response = await fetch(`${installation.url}/push/${account}/${TOKEN}`, { method: "POST", body });
      return `${response.status} ${await response.text()}`;
    };
    const etelecom = () => post("main", JSON.stringify({ IdOmniMess: "ICOMNI-1", Status: "SUCCESS" }));
    const states = () => post("webcom", JSON.stringify([{ id_sms: 7, time: "", state: "send" }]));
    expect([await etelecom(), await states()]).toEqual(["200 {}", '200 [{"id_sms":7}]']);
    await installation.redis.kill();
    await waitUntil("it to notice", async () => (await etelecom()) === "503 not stored\n");
    expect(await states()).not.toContain("id_sms");
    await installation.redis.restart();
    await waitUntil("it to take pushes again", async () => (await etelecom()) === "200 {}", {
      timeoutMs: 10_000,
    });
    expect(await states()).toBe('200 [{"id_sms":7}]');
  });
});
