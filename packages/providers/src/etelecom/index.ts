import type { Capabilities } from "@hermod/core/capabilities";
import { openHttp } from "../http.ts";
import type { Provider } from "../provider.ts";
import { CODES } from "./codes.ts";
import { EtelecomAccount } from "./config.ts";
import { askHealth } from "./health.ts";
import { readPush } from "./push.ts";
import { sendOne } from "./send.ts";
import { askOne } from "./status.ts";

/**
 * eTelecom Omni (Vietnam): templates over Zalo, voice call or SMS; no reference of ours and no search, so that nobody can
 * tell what became of a send request without an answer. Source: docs/providers/etelecom.md.
 */
export const etelecom = {
  account: EtelecomAccount,
  capabilities: (): Capabilities => ({
    content: ["template"],
    reference: "none",
    lookup: "none",
    reports: "both",
    sendBatch: 1,
    statusBatch: 1,
    validity: false,
    // The form that the document recommends; that it takes others is not said (etelecom.md §3).
    number: { written: "84…" },
  }),
  codes: CODES,
  open: openEtelecom,
};

function openEtelecom(account: EtelecomAccount): Provider {
  const http = openHttp(account);
  return {
    send: (messages, signal) => forEach(messages, (message) => sendOne(http, account, message, signal)),
    status: (messages, signal) => forEach(messages, (message) => askOne(http, account, message, signal)),
    readPush,
    health: (signal) => askHealth(http, account, signal),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/** One request for each message, as many at once as the account has connections. */
async function forEach<Message extends { readonly id: string }, Result>(
  messages: readonly Message[],
  ask: (message: Message) => Promise<Result>,
): Promise<ReadonlyMap<string, Result>> {
  return new Map(
    await Promise.all(messages.map(async (message) => [message.id, await ask(message)] as const)),
  );
}
