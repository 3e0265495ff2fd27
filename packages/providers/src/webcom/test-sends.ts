import type { Outcome } from "@hermod/core/outcome";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { never, openAt, told } from "./test-account.ts";

/** A message of the tests. */
export const MESSAGE: OutgoingMessage = {
  id: "m1",
  to: "+79000000001",
  validForMs: 300_000,
  reference: 12345,
  content: { text: "Ваш код: 482913, Иван" },
};

/** What became of one message whose send request, written once, got this answer. */
export async function outcomeOf(answer: CannedAnswer, message = MESSAGE): Promise<Outcome | undefined> {
  await using server = await openAnsweringServer(() => answer);
  await using provider = openAt(server);
  const outcomes = await provider.send([message], never);
  if (server.requests.length !== 1) throw new Error(`written ${server.requests.length} times`);
  return outcomes.get(message.id);
}

/** An answer with items, and one of a whole request that failed. */
export const items = (...information: object[]) => told({ information });
export const failed = (error: string, status = 200) => told({ error }, status);
/** Outcomes. */
export const accepted = (providerId?: string): Outcome => ({
  kind: "accepted",
  ...(providerId === undefined ? {} : { providerId }),
});
export const refused = (scope: string, code: string, providerCode: string) => ({
  kind: "rejected",
  scope,
  code,
  providerCode,
});
export const perhaps = (evidence: string) => ({ kind: "maybeSent", phase: "answer", evidence });
