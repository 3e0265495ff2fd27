import { BASIC } from "./caller.ts";
import { delivered } from "./plan.ts";
import { startUltroam, type UltroamOptions } from "./server.ts";

export const SEND = "/api/send_sms";
export const RESULT = "/api/query_sms_result";
export const REPORTS = "/api/query_sms_deliver_status";
export const QUEUE = "/api/query_sms_in_queue";
export const PORTS = "/api/get_port_info";
/** The time of the document's example. */
export const NOON = Date.UTC(2014, 11, 21, 12, 6, 1);
export const SN = "xxxx-xxxx-xxxx-xxxx";

export const recipient = (userId: number, number = "12351") => ({ number, user_id: userId });

/** A box with Basic at a time that stands still until it is moved, and short ways to call it. */
export async function open(options: Partial<UltroamOptions> = {}) {
  let time = NOON;
  const simulator = await startUltroam({
    seed: 1,
    now: () => time,
    auth: "basic",
    plan: () => delivered(1000),
    ...options,
  });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(simulator.url + path, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { authorization: BASIC, "content-type": "application/json", ...headers },
    });
  const asked = async (path: string, body: object) =>
    (await (await post(path, body)).json()) as Record<string, unknown>;
  const get = async (target: string) =>
    (await fetch(simulator.url + target, { headers: { authorization: BASIC } })).json();
  return {
    ...simulator,
    post,
    get,
    send: (change: object = {}) => asked(SEND, { text: "Hello", param: [recipient(1)], ...change }),
    result: (query: object = {}) => asked(RESULT, query),
    reports: (query: object = {}) => asked(REPORTS, query),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

export const found = async (asking: Promise<Record<string, unknown>>, field: string) =>
  ((await asking)["result"] as Record<string, unknown>[]).map((item) => item[field]);
