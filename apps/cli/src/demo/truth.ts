import type { MessageView } from "@hermod/client";
import type { AcceptedMessage, GroundTruth, LoggedRequest } from "@hermod/simulator/ground-truth";
import { otpOf } from "./mix.ts";

/** A message that was handed over, and what Hermod says of it in the end. */
export interface Told {
  readonly id: string;
  readonly otp: string;
  readonly view: Pick<MessageView, "state" | "reason" | "providerId"> | undefined;
}

/** The provider's side of a run. */
export type ProviderLog = GroundTruth<
  AcceptedMessage & { readonly params: Readonly<Record<string, string>> }
>;

/** What the provider's log demands of a message beside what Hermod says. */
export interface Verdict {
  readonly id: string;
  readonly demanded: string;
  readonly told: string;
  readonly timesAccepted: number;
  readonly agrees: boolean;
}

/** A state that is no state of ours: nobody can know whether the provider has the message. */
export const IN_DOUBT = "unknown, in doubt";

/**
 * Holds what Hermod says of each message against what the provider did with it. To be in doubt is right only when a
 * process was lost: then nobody can know whether its last requests arrived. What others sent to the same provider, by hand for
 * example, is not judged.
 */
export function compare(messages: readonly Told[], log: ProviderLog, mayDoubt: boolean): Verdict[] {
  const accepted = Map.groupBy(log.accepted, ({ params }) => params["otp"] ?? "");
  const refused = new Set(log.requests.filter(isRefusal).map(({ body }) => otpOf(body)));
  return messages.map((message) => {
    const taken = accepted.get(message.otp) ?? [];
    return verdictOf(message, taken, refused.has(message.otp), mayDoubt);
  });
}

/** A request that the provider judged and did not take. A fault of the simulator, such as a 429, is no judgement. */
function isRefusal({ operation, fault, answered, acceptedIds }: LoggedRequest): boolean {
  return operation === "send" && fault === undefined && answered === 200 && acceptedIds.length === 0;
}

function verdictOf(
  { id, view }: Told,
  accepted: readonly AcceptedMessage[],
  refused: boolean,
  mayDoubt: boolean,
): Verdict {
  const told = toldOf(view);
  const truth = demandedOf(accepted, refused);
  const demanded = told === IN_DOUBT && mayDoubt ? IN_DOUBT : truth;
  // A message in doubt has no id, and a refused one neither.
  const sameMessage = view?.providerId === undefined || view.providerId === accepted[0]?.id;
  const agrees = accepted.length < 2 && sameMessage && told === demanded;
  return { id, demanded, told, timesAccepted: accepted.length, agrees };
}

function toldOf(view: Told["view"]): string {
  if (view === undefined) return "lost";
  return view.reason === "never_confirmed" ? IN_DOUBT : view.state;
}

function demandedOf([message, second]: readonly AcceptedMessage[], refused: boolean): string {
  if (second !== undefined) return "to be accepted once";
  if (message === undefined) return refused ? "rejected" : "to be sent";
  switch (message.finalStatus) {
    case "SUCCESS":
      return "delivered";
    case "FAIL":
      return "undelivered";
    default:
      return "unknown";
  }
}
