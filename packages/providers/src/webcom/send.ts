import { numberProblem } from "@hermod/core/number-form";
import type { Outcome, RefusalScope } from "@hermod/core/outcome";
import { z } from "zod";
import type { Answer } from "../exchange.ts";
import type { Http } from "../http.ts";
import { failedSend, maybeSent, sendByStatus } from "../http-evidence.ts";
import { isNumberOf } from "../plain-text.ts";
import type { OutgoingMessage } from "../provider.ts";
import { outcomeOf, readText, SENT } from "./codes.ts";
import type { WebcomAccount } from "./config.ts";
import { NUMBERS } from "./limits.ts";
import { plainWord } from "./plain-word.ts";
import { credentials, ErrorReply, HEADERS, listOf, parseJson, SentItem, sendBody } from "./wire.ts";

/** Above it the range of `client_id_sms` is unknown (webcom.md §4). A number that Webcom cut would be another message's. */
const Reference = z.int().min(1).max(2_147_483_647);

/** Hands one message to `POST /json` (docs/providers/webcom.md §3). */
export async function sendOne(
  http: Http,
  account: WebcomAccount,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<Outcome> {
  const { text } = message.content;
  if (numberProblem(message.to, NUMBERS) !== undefined) return refusedHere("number_too_long", "recipient");
  if (text === undefined) return refusedHere("needs_text");
  // Half a character is no JSON for PHP: the provider would blame the request's form, and that would hold the account.
  if (!text.isWellFormed()) return refusedHere("text_not_unicode");
  // Without it a second request, which this provider is known to sort out, would be a second message. What is at fault is not
  // the message, and every other one has it too.
  if (!Reference.safeParse(message.reference).success) return refusedHere("no_reference", "account");
  const body = sendBody(account, message, { text, now: Date.now() });
  const result = await http.request({ method: "POST", path: "/json", headers: HEADERS, body }, signal);
  if (result.kind === "failed") return failedSend(result);
  return readSend(result, message.to, account, [text, ...Object.values(credentials(account))]);
}

function refusedHere(code: string, scope: RefusalScope = "message"): Outcome {
  return { kind: "rejected", scope, code, providerCode: "" };
}

/**
 * The body decides, whatever the HTTP code, which is documented for errors and not known from any (webcom.md §3.1). Only a
 * body that is no answer leaves it to the code.
 */
function readSend(answer: Answer, to: string, account: WebcomAccount, hidden: readonly string[]): Outcome {
  const item = readItem(answer.text);
  const id = item?.id_sms === undefined || isNumberOf(to, item.id_sms) ? undefined : item.id_sms;
  const outcome = item && outcomeOfItem({ ...item, id_sms: id }, account);
  if (outcome) return outcome;
  const byStatus = sendByStatus(answer);
  const unknown = item?.error ?? item?.state;
  if (unknown === undefined || byStatus?.kind === "throttled") return byStatus ?? maybeSent("not_understood");
  // Not rejected: the one text known to come with a message that is sent all the same ("held until top-up") is an error too,
  // and another provider would send a refused message again. Here the same reference settles it without a second one.
  return maybeSent(`unmapped: ${plainWord(unknown, hidden)}`);
}

/** The one item that one recipient is answered with. More of them cannot be told apart. */
function readItem(text: string): SentItem | undefined {
  const [reply, ...others] = listOf(parseJson(text));
  const whole = Reply.safeParse(reply).data;
  if (whole === undefined || others.length > 0) return undefined;
  if (whole.error !== undefined) return isEmpty(whole.information) ? whole : undefined;
  const [item, ...more] = listOf(whole.information);
  return more.length > 0 ? undefined : SentItem.safeParse(item).data;
}

/** As PHP writes what is not there, too. */
function isEmpty(information: unknown): boolean {
  return information == null || (Array.isArray(information) && information.length === 0);
}

const Reply = SentItem.extend({ error: ErrorReply.shape.error, information: z.unknown().optional() });

/** What an item proves; undefined where its words are none of those documented. */
function outcomeOfItem({ state, id_sms: id, error }: SentItem, account: WebcomAccount): Outcome | undefined {
  const isSent = state?.toLowerCase() === SENT;
  const word = error ?? (isSent ? undefined : state);
  const known = word === undefined ? undefined : readText(word, account);
  // Taken and refused in one breath.
  if (known?.meaning.kind === "refused" && (isSent || id !== undefined)) return maybeSent("contradiction");
  if (known !== undefined) return outcomeOf(known, id);
  // An id is given to a message that was taken and to no other, now or when its reference came first (webcom.md §3.1, §4).
  if (id !== undefined) return { kind: "accepted", providerId: id };
  return isSent && error === undefined ? { kind: "accepted" } : undefined;
}
