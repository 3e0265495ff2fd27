import type { Report, StatusAnswer } from "@hermod/core/report";
import { type CannedAnswer, openAnsweringServer, type ReceivedRequest } from "../answering-server.ts";
import type { FollowedMessage } from "../provider.ts";
import { never, openAt } from "./test-account.ts";

/** Messages of the tests; those of `messagesOf` are named m1, m2 and so on. */
export const MESSAGE: FollowedMessage = { id: "m1", to: "+79000000001", providerId: "82216", reference: 7 };
export const messagesOf = (...ids: string[]): FollowedMessage[] =>
  ids.map((providerId, n) => ({ ...MESSAGE, id: `m${n + 1}`, providerId }));

interface Asking {
  readonly messages?: readonly FollowedMessage[];
  readonly signal?: AbortSignal;
}

/** What status requests for messages told, and which requests they were. */
export async function ask(
  answer: (request: ReceivedRequest) => CannedAnswer | Promise<CannedAnswer>,
  account: object = {},
  { messages = [MESSAGE], signal = never }: Asking = {},
) {
  await using server = await openAnsweringServer(answer);
  await using provider = openAt(server, account);
  const answers = await provider.status(messages, signal);
  return { answers, first: answers.get("m1"), server };
}

/** What one message was told by this answer. */
export async function answerTo(answer: CannedAnswer): Promise<StatusAnswer | undefined> {
  return (await ask(() => answer)).first;
}

/** Answers, elements of answers, and what they tell. */
export const json = (body: string): CannedAnswer => ({ status: 200, body });
export const item = (more: object) => ({ id_sms: 82216, time_change_state: "", ...more });
export const report = (more: Partial<Report>) => ({ kind: "report", report: more });
export const nothing = (reason: string) => ({ kind: "unavailable", reason });
