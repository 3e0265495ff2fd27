import type { Outcome } from "@hermod/core/outcome";
import { chunks } from "../chunks.ts";
import type { Answer } from "../exchange.ts";
import { failedSend, maybeSent, sendByStatus } from "../http-evidence.ts";
import type { OutgoingMessage } from "../provider.ts";
import type { Box } from "./auth.ts";
import { type Backlog, REST_MS } from "./backlog.ts";
import { whyUnauthorized } from "./challenge.ts";
import { HTTP_REFUSALS, refusal, SEND_CODES, type SendVerdict } from "./codes.ts";
import type { UltroamAccount } from "./config.ts";
import { encodingOf, PLACEHOLDER, textProblem } from "./text.ts";
import { fieldsOf, LARGEST, parseJson, SendReply } from "./wire.ts";

/** A message that the box can be given. */
interface Sendable {
  readonly id: string;
  readonly digits: string;
  readonly text: string;
  readonly reference: number;
}

/** What a send needs of an open account. */
interface Gateway {
  readonly box: Box;
  readonly account: UltroamAccount;
  readonly backlog: Backlog;
}

/**
 * Hands messages to send_sms (docs/providers/ultroam.md §3), as many in one request as the account says; none while too many
 * wait within the box.
 */
export async function sendAll(
  gateway: Gateway,
  messages: readonly OutgoingMessage[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const sendable: Sendable[] = [];
  for (const message of messages) {
    const read = sendableOf(message);
    if ("kind" in read) outcomes.set(message.id, read);
    else sendable.push(read);
  }
  if (sendable.length > 0 && gateway.backlog.isFull()) {
    for (const { id } of sendable) outcomes.set(id, FULL);
    return outcomes;
  }
  // The encoding is the request's, not the recipient's.
  const groups = [...Map.groupBy(sendable, ({ text }) => encodingOf(text)).values()];
  const batches = groups.flatMap((group) => chunks(group, gateway.account.sendBatch));
  const sent = await Promise.all(batches.map((batch) => sendBatch(gateway, batch, signal)));
  for (const [id, outcome] of sent.flat()) outcomes.set(id, outcome);
  return outcomes;
}

/** A message as the box takes it, or why it is ended here, before anything is written. */
function sendableOf({ id, to, content, reference }: OutgoingMessage): Sendable | Outcome {
  const { text } = content;
  if (text === undefined) return refusal("message", "needs_text");
  const problem = textProblem(text);
  if (problem !== undefined) return refusal("message", problem);
  // Without one, nobody could follow the message. What is at fault is not the message, and every other one has it too.
  if (reference === undefined || reference < 1 || reference > LARGEST)
    return refusal("account", "no_reference");
  return { id, digits: to.replace(/^\+/, ""), text, reference };
}

type Outcomes = readonly (readonly [id: string, outcome: Outcome])[];

/** Too much waits within the box: nothing was written. */
const FULL: Outcome = { kind: "throttled", scope: "account", retryAfterMs: REST_MS };

async function sendBatch(
  gateway: Gateway,
  batch: readonly Sendable[],
  signal: AbortSignal,
): Promise<Outcomes> {
  const { box, account, backlog } = gateway;
  const startedAt = performance.now();
  const result = await box.post("/api/send_sms", requestOf(account, batch), signal);
  const read = result.kind === "failed" ? failedSend(result) : readSend(result, account, backlog);
  // The box refuses a request as a whole and does not say over which of its messages (§3.1): none of them was taken, and
  // the others must not suffer for one. One deadline lies over both rounds: an attempt must not outlive its lease.
  if (read.kind === "rejected" && read.scope !== "account" && batch.length > 1) {
    const leftMs = Math.max(0, Math.floor(startedAt + account.timeoutMs - performance.now()));
    const limited = AbortSignal.any([signal, AbortSignal.timeout(leftMs)]);
    return (await Promise.all(batch.map((message) => sendBatch(gateway, [message], limited)))).flat();
  }
  // What queries ask for is our reference; the box gives a message no id of its own.
  return batch.map(({ id, reference }) => [
    id,
    read.kind === "accepted" ? { ...read, providerId: String(reference) } : read,
  ]);
}

function requestOf({ ports, numberPrefix }: UltroamAccount, batch: readonly Sendable[]): object {
  const [first = ""] = batch.map(({ text }) => text);
  const alike = batch.every(({ text }) => text === first);
  return {
    text: alike ? first : PLACEHOLDER,
    param: batch.map(({ digits, text, reference }) => ({
      number: numberPrefix + digits,
      ...(alike ? {} : { text_param: [text] }),
      user_id: reference,
    })),
    ...(ports === undefined ? {} : { port: ports }),
    encoding: encodingOf(first),
    request_status_report: true,
  };
}

function readSend(answer: Answer, account: UltroamAccount, backlog: Backlog): Outcome {
  const { status } = answer;
  if (status === 401) {
    const code = whyUnauthorized(answer, account.auth);
    if (code === "nonce") return { kind: "throttled", scope: "message" };
    return { kind: "rejected", scope: "account", code, providerCode: "401" };
  }
  const code = HTTP_REFUSALS.get(status);
  if (code !== undefined) return { kind: "rejected", scope: "account", code, providerCode: String(status) };
  const reply = SendReply.safeParse(fieldsOf(parseJson(answer.text)));
  // The body's code counts (§3.1), unless an HTTP status contradicts it: that comes from somebody in between.
  const mirrored = reply.success && reply.data.error_code === status && SEND_CODES.has(status);
  const byStatus = mirrored ? undefined : sendByStatus(answer);
  if (byStatus) return byStatus;
  return reply.success ? verdictOf(reply.data, account, backlog) : maybeSent("not_understood");
}

function verdictOf(
  { error_code, task_id, sms_in_queue }: SendReply,
  { errorCodes }: UltroamAccount,
  backlog: Backlog,
): Outcome {
  const documented: SendVerdict = SEND_CODES.get(error_code) ?? { kind: "unclear" };
  const own = documented.kind === "accepted" ? undefined : errorCodes[String(error_code)];
  const verdict: SendVerdict = own === undefined ? documented : { kind: "rejected", ...own };
  switch (verdict.kind) {
    case "accepted":
      return {
        kind: "accepted",
        ...(task_id === undefined ? {} : { batchId: String(task_id) }),
        ...(backlog.note(sms_in_queue) ? { restMs: REST_MS } : {}),
      };
    case "rejected":
      return { ...verdict, providerCode: String(error_code) };
    case "throttled":
      return verdict;
    case "unclear":
      return maybeSent(`error_${error_code}`);
    default:
      return verdict satisfies never;
  }
}
