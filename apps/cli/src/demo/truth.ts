import type { MessageView } from "@hermod/client";
import type { LoggedRequest } from "@hermod/simulator/ground-truth";
import { codeIn, codesIn } from "./code.ts";
import type { DemoProvider, PlannedAcceptance, ProviderLog } from "./demo-provider.ts";

/** A message that was handed over, and what Hermod says of it in the end. */
export interface Told {
  readonly id: string;
  readonly code: string;
  readonly view: Pick<MessageView, "state" | "reason" | "providerId"> | undefined;
}

/** What the provider's log demands of a message beside what Hermod says. */
export interface Verdict {
  readonly id: string;
  readonly demanded: string;
  readonly told: string;
  readonly timesAccepted: number;
  readonly agrees: boolean;
}

/** A state that is no state of ours: nobody can know whether the provider has the message. */
export const IN_DOUBT = "in doubt";

type Judge = Pick<DemoProvider, "ends" | "idOf">;

/**
 * Holds what Hermod says of each message against what the provider did with it. To be in doubt is right only when a
 * process was lost: then nobody can know whether its last requests arrived. What others sent to the same provider, by hand for
 * example, is not judged.
 */
export function compare(
  messages: readonly Told[],
  log: ProviderLog,
  provider: Judge,
  mayDoubt: boolean,
): Verdict[] {
  const accepted = Map.groupBy(log.accepted, (message) => codeIn(message) ?? "");
  const refused = new Set(log.requests.filter(isRefusal).flatMap(({ body }) => codesIn(body)));
  return messages.map((message) => {
    const taken = accepted.get(message.code) ?? [];
    const truth = demandedOf(taken, refused.has(message.code), provider);
    return verdictOf(message, taken, truth, provider, mayDoubt);
  });
}

/** A request that the provider judged and did not take. A fault of the simulator, such as a 429, is no judgement. */
function isRefusal({ operation, fault, answered = 0, acceptedIds }: LoggedRequest): boolean {
  return operation === "send" && fault === undefined && JUDGED.includes(answered) && acceptedIds.length === 0;
}

/** The code of a refusal stands in the body; some providers have an HTTP status for it as well. */
const JUDGED: readonly number[] = [200, 400];

function demandedOf(
  [message, second]: readonly PlannedAcceptance[],
  refused: boolean,
  { ends }: Judge,
): string {
  if (second !== undefined) return "to be accepted once";
  if (message === undefined) return refused ? "rejected" : "to be sent";
  return ends[message.finalStatus] ?? "unknown";
}

function verdictOf(
  { id, view }: Told,
  accepted: readonly PlannedAcceptance[],
  truth: string,
  { idOf }: Judge,
  mayDoubt: boolean,
): Verdict {
  const [message] = accepted;
  const told = toldOf(view);
  const demanded = told === IN_DOUBT && mayDoubt ? IN_DOUBT : truth;
  // A message in doubt has no id, and a refused one neither.
  const sameMessage =
    view?.providerId === undefined || (message !== undefined && view.providerId === idOf(message));
  const agrees = accepted.length < 2 && sameMessage && told === demanded;
  return { id, demanded, told, timesAccepted: accepted.length, agrees };
}

function toldOf(view: Told["view"]): string {
  if (view === undefined) return "lost";
  return view.reason === "never_confirmed" ? IN_DOUBT : view.state;
}
