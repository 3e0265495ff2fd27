import { parseArgs } from "node:util";
import { Pool } from "undici";

/** The requests of a whole walk, and nothing else: a send for each message, and a status request for each hundred. */
const CONNECTIONS = 64;
const STATUS_BATCH = 100;

const { values } = parseArgs({ options: { url: { type: "string" }, messages: { type: "string" } } });
const messages = Number(values.messages);
const pool = new Pool(values.url ?? "", { connections: CONNECTIONS });
const headers = { "content-type": "text/json; charset=utf-8" };
const body = JSON.stringify({
  token: "bench",
  message: [{ type_send_1: "sms", sender: "Bench", text: "x".repeat(100), phones: [{ phone: 84836106872 }] }],
});

async function post(path: string, text: string): Promise<void> {
  const { body: answer } = await pool.request({ method: "POST", path, headers, body: text });
  JSON.parse(await answer.text());
}

let next = 0;
let until = 0;
async function work(): Promise<void> {
  while (next < until) {
    next += 1;
    if (next % STATUS_BATCH === 0) {
      const asked = Array.from({ length: STATUS_BATCH }, (_, index) => ({
        token: "bench",
        id_sms: next - index,
        detail: 1,
      }));
      await post("/json/state.php", JSON.stringify(asked));
    }
    await post("/json", body);
  }
}

/** As many as that in all. */
async function workUntil(count: number): Promise<void> {
  until = count;
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

// Half as many before, so that what is measured is warm.
await workUntil(Math.ceil(messages / 2));
const startCpu = process.cpuUsage();
const startedAt = performance.now();
await workUntil(next + messages);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(startCpu);
console.log(JSON.stringify({ perSecond: (messages / ms) * 1000, cpuUs: (user + system) / messages }));
await pool.close();
