import { delivered } from "./plan.ts";
import { startWebcom, type WebcomOptions } from "./server.ts";

/** 2021-04-26 15:15:03 in Moscow, the time of the example in documents/webcom-state.txt. */
export const START = Date.UTC(2021, 3, 26, 12, 15, 3);

export const account = { login: "hermod", password: "secret" };

/** A send request in the default envelope for one recipient. */
export function requestTo(recipient: object = {}, message: object = {}) {
  const phones = [{ phone: 79000000001, ...recipient }];
  return {
    ...account,
    message: [{ type_send_1: "sms", sender: "Hermod", text: "Code 123456", phones, ...message }],
  };
}

/** A simulator at a time that stands still until it is moved, and short ways to call it. Tests only. */
export async function openBench(options: Partial<WebcomOptions> = {}) {
  let time = START;
  const simulator = await startWebcom({
    seed: 1,
    now: () => time,
    plan: () => delivered(1000),
    errorStatus: 400,
    ...options,
  });
  const post = (path: string, body: unknown, contentType = "text/json; charset=utf-8") =>
    fetch(simulator.url + path, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "content-type": contentType },
    });
  const ask = async (path: string, body: unknown): Promise<unknown> => (await post(path, body)).json();
  const send = async (recipient: object = {}, message: object = {}) => {
    const answer = (await ask("/json", requestTo(recipient, message))) as { information: Item[] };
    return answer.information[0] ?? {};
  };
  const states = (ids: readonly unknown[], detail: unknown = 0) =>
    ask(
      "/json/state.php",
      ids.map((id_sms) => ({ ...account, id_sms, detail })),
    );
  const pass = (ms: number) => {
    time += ms;
  };
  return { ...simulator, post, ask, send, states, pass };
}

interface Item {
  readonly state?: unknown;
  readonly id_sms?: unknown;
  readonly error?: unknown;
}
