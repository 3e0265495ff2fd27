import type { Capabilities } from "@hermod/core/capabilities";
import type { Provider } from "../provider.ts";
import { openBox } from "./auth.ts";
import { openBacklog } from "./backlog.ts";
import { CODES } from "./codes.ts";
import { UltroamAccount } from "./config.ts";
import { askHealth } from "./health.ts";
import { lookUpAll } from "./lookup.ts";
import { readPush } from "./push.ts";
import { sendAll } from "./send.ts";
import { askAll } from "./status.ts";
import { TEXT_LIMITS } from "./text.ts";

/**
 * Ultroam (Ultiroam, a Dinstar UC2000): a gateway in our own network that sends texts through SIM cards. It takes a
 * reference of ours and can be asked by it, but it does not deduplicate. Source: docs/providers/ultroam.md.
 */
export const ultroam = {
  account: UltroamAccount,
  capabilities: ({ sendBatch, statusBatch, numberPrefix }: UltroamAccount): Capabilities => ({
    content: ["text"],
    reference: "correlates",
    lookup: "byReference",
    reports: "both",
    sendBatch,
    statusBatch,
    validity: false,
    text: TEXT_LIMITS,
    number: { written: `${numberPrefix}84…` },
  }),
  codes: CODES,
  open: openUltroam,
};

function openUltroam(account: UltroamAccount): Provider {
  const box = openBox(account);
  const gateway = { box, account, backlog: openBacklog(box, account) };
  return {
    send: (messages, signal) => sendAll(gateway, messages, signal),
    status: (messages, signal) => askAll(box, account, messages, signal),
    lookup: (messages, signal) => lookUpAll(box, account, messages, signal),
    readPush: (body) => readPush(body, account),
    health: (signal) => askHealth(box, account, signal),
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}
