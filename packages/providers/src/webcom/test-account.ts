import type { AnsweringServer, CannedAnswer } from "../answering-server.ts";
import type { Provider } from "../provider.ts";
import { WebcomAccount } from "./config.ts";
import { webcom } from "./index.ts";

/** Never aborted. */
export const never = new AbortController().signal;

/** An account of the tests, at this server. */
export function testAccount(baseUrl: string, more: object = {}): WebcomAccount {
  const login = "token" in more ? {} : { login: "kunde", password: "hunter2" };
  return WebcomAccount.parse({
    provider: "webcom",
    baseUrl,
    sender: "Hermod",
    timeoutMs: 2000,
    ...login,
    ...more,
  });
}

export function openAt(server: AnsweringServer, more: object = {}): Provider {
  return webcom.open(testAccount(server.baseUrl, more));
}

/** An answer in JSON. */
export function told(value: unknown, status = 200): CannedAnswer {
  return { status, body: JSON.stringify(value) };
}
