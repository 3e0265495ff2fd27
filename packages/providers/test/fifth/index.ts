import type { Capabilities } from "@hermod/core/capabilities";
import { openHttp } from "../../src/http.ts";
import type { Provider, ProviderKind } from "../../src/provider.ts";
import { CODES } from "./codes.ts";
import { PigeonAccount } from "./config.ts";
import { sendOne } from "./send.ts";
import { askAll, MOST_ASKED, readPush } from "./status.ts";

export const pigeon = {
  account: PigeonAccount,
  capabilities: (): Capabilities => ({
    content: ["text"],
    reference: "none",
    lookup: "none",
    reports: "both",
    sendBatch: 1,
    statusBatch: MOST_ASKED,
    validity: true,
  }),
  codes: CODES,
  open(account: PigeonAccount): Provider {
    const http = openHttp(account);
    return {
      async send(messages, signal) {
        const outcomes = messages.map(
          async (message) => [message.id, await sendOne(http, account, message, signal)] as const,
        );
        return new Map(await Promise.all(outcomes));
      },
      status: (messages, signal) => askAll(http, account, messages, signal),
      readPush,
      [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
    };
  },
} satisfies ProviderKind<PigeonAccount>;
