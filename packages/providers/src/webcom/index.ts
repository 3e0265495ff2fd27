import type { Capabilities } from "@hermod/core/capabilities";
import { openHttp } from "../http.ts";
import type { Provider } from "../provider.ts";
import { askBalance, askHealth } from "./balance.ts";
import { CODES } from "./codes.ts";
import { WebcomAccount } from "./config.ts";
import { NUMBERS, TEXT_LIMITS } from "./limits.ts";
import { readPush } from "./push.ts";
import { sendOne } from "./send.ts";
import { askMany } from "./status.ts";

/**
 * Webcom Mobi (Russia): texts by SMS. A reference that it saw before is not sent again and answered with the earlier id, so
 * that a request without an answer is settled by the same one again. Source: docs/providers/webcom.md.
 */
export const webcom = {
  account: WebcomAccount,
  capabilities: ({ statusBatch }: WebcomAccount): Capabilities => ({
    content: ["text"],
    reference: "dedupes",
    // It cannot be asked by that reference (webcom.md §4).
    lookup: "none",
    reports: "both",
    // Its answer names neither phone nor reference (webcom.md §3.1, N2): of two it could not be told which is which.
    sendBatch: 1,
    statusBatch,
    validity: true,
    balance: true,
    text: TEXT_LIMITS,
    number: NUMBERS,
  }),
  codes: CODES,
  open: openWebcom,
};

function openWebcom(account: WebcomAccount): Provider {
  const http = openHttp(account);
  return {
    async send(messages, signal) {
      const outcomes = messages.map(
        async (message) => [message.id, await sendOne(http, account, message, signal)] as const,
      );
      return new Map(await Promise.all(outcomes));
    },
    status: (messages, signal) => askMany(http, account, messages, signal),
    readPush: (body) => readPush(body, account),
    balance: (signal) => askBalance(http, account, signal),
    health: (signal) => askHealth(http, account, signal),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
