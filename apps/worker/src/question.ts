import { questionAbout } from "@hermod/core/question";
import type { MessageRecord } from "@hermod/core/record";
import type { FollowedMessage, SoughtMessage } from "@hermod/providers/provider";
import type { AccountContext } from "./account-context.ts";

/** What a provider is asked about one message: how a message that it took fares, or whether it took one in doubt. */
export type Question =
  | { readonly kind: "status"; readonly record: MessageRecord; readonly message: FollowedMessage }
  | { readonly kind: "lookup"; readonly record: MessageRecord; readonly message: SoughtMessage };

/** The question that this account's provider can answer about a message, if there is one. */
export function questionOf(
  record: MessageRecord,
  { name, capabilities }: Pick<AccountContext, "name" | "capabilities">,
): Question | undefined {
  const question = questionAbout(record, { name, lookup: capabilities.lookup });
  if (question === undefined) return undefined;
  const { id, to, acceptedAt } = record;
  if (question.kind === "lookup") {
    // The first attempt cannot have begun earlier.
    const message = { id, to, reference: question.reference, attemptedAt: acceptedAt };
    return { kind: "lookup", record, message };
  }
  const { attempt, reference } = question;
  const message = {
    id,
    to,
    ...(attempt.providerId === undefined ? {} : { providerId: attempt.providerId }),
    ...(attempt.batchId === undefined ? {} : { batchId: attempt.batchId }),
    ...(attempt.place === undefined ? {} : { place: attempt.place }),
    ...(record.submittedAt === undefined ? {} : { submittedAt: record.submittedAt }),
    ...(reference === undefined ? {} : { reference }),
  };
  return { kind: "status", record, message };
}

/** What a message can only be asked about together with, where a request asks about a batch; itself, if it was sent alone. */
export function groupOf(
  { record, message }: Question,
  { asksBatches = false }: Pick<AccountContext["capabilities"], "asksBatches">,
): string | undefined {
  if (!asksBatches) return undefined;
  return "batchId" in message && message.batchId !== undefined ? `batch ${message.batchId}` : record.id;
}
