import type { Capabilities } from "@hermod/core/capabilities";
import { openHttp } from "../http.ts";
import type { Provider } from "../provider.ts";
import { CODES } from "./codes.ts";
import { BitelAccount, versionOf } from "./config.ts";
import { askHealth } from "./health.ts";
import { NUMBERS, TEXT_LIMITS } from "./limits.ts";
import { readPush } from "./push.ts";
import { send } from "./send.ts";
import { ask } from "./status.ts";

/**
 * A batch of 100 texts of 4096 characters, each six bytes long, as the answers to a batch repeat it; also those to one that was sent
 * before the account's `sendBatch` was lowered.
 */
const BATCH_ANSWER_BYTES = 4_194_304;

/**
 * Bitel (Iran): texts to Iranian mobile numbers; no reference of ours and no search, so that nobody can tell what became of a
 * send request without an answer. Source: docs/providers/bitel.md.
 */
export const bitel = {
  account: BitelAccount,
  capabilities: (account: BitelAccount): Capabilities => ({
    content: ["text"],
    reference: "none",
    lookup: "none",
    reports: "both",
    sendBatch: account.sendBatch,
    // One request of v1 answers for a whole batch, so for as many messages as were sent in one.
    statusBatch: versionOf(account) === "v1" ? account.sendBatch : 1,
    asksBatches: versionOf(account) === "v1" && account.sendBatch > 1,
    validity: false,
    // "The cost of request in Toman" (documents/bitel-sms-detail.txt); v2 has a price and no word on what it is in.
    ...(versionOf(account) === "v1" ? { currency: "IRT" } : {}),
    text: TEXT_LIMITS,
    number: NUMBERS,
  }),
  codes: CODES,
  open: openBitel,
};

function openBitel(account: BitelAccount): Provider {
  const http = openHttp(account, { answerBytes: BATCH_ANSWER_BYTES });
  return {
    send: (messages, signal) => send(http, account, messages, signal),
    status: (messages, signal) => ask(http, account, messages, signal),
    readPush,
    health: (signal) => askHealth(http, account, signal),
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
