import { openClient, type ReplayFilter, type ReplayPlan } from "@hermod/client";
import { clientOptions, type Environment } from "../environment.ts";
import type { Moment, ReplayQuestion } from "./replay-arguments.ts";

/** Says what a replay means and, unless it is only asked, carries it out. Returns 1 when something was refused. */
export async function replay(question: ReplayQuestion, env: Environment): Promise<number> {
  await using hermod = await openClient(clientOptions(env));
  const filter = filterOf(question, Date.now());
  const plan = await hermod.planReplay(filter);
  const { json, dryRun } = question;
  if (!json) for (const line of describePlan(plan, question)) console.log(line);
  if (dryRun) {
    if (json) console.log(JSON.stringify(plan));
    return 0;
  }
  const result = await hermod.replay(filter);
  if (json) console.log(JSON.stringify(result));
  else {
    console.log(`${result.sent.length} sent, as new messages with metadata replayOf.`);
    for (const { replayOf, error } of result.refused) console.log(`${replayOf} was not taken: ${error}`);
  }
  return result.refused.length === 0 ? 0 : 1;
}

/** The client says which of the words are wrong. */
function filterOf(question: ReplayQuestion, now: number): ReplayFilter {
  const { states, since, until, account, producer, expiresInMs, evenIfMaybeSent } = question;
  const atOf = (moment: Moment): number => ("at" in moment ? moment.at : now - moment.agoMs);
  return {
    states: states as ReplayFilter["states"],
    since: atOf(since),
    ...(until === undefined ? {} : { until: atOf(until) }),
    ...(account === undefined ? {} : { account }),
    ...(producer === undefined ? {} : { producer }),
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
    evenIfMaybeSent,
  };
}

export function describePlan(
  plan: ReplayPlan,
  { evenIfMaybeSent, expiresInMs }: Pick<ReplayQuestion, "evenIfMaybeSent" | "expiresInMs">,
): string[] {
  const left = (count: number, what: string): string[] => (count === 0 ? [] : [`  ${count} ${what}`]);
  const money = Object.entries(plan.aboutCost).map(([currency, about]) => `${about} ${currency}`.trim());
  const price = [
    ...(money.length === 0 ? [] : [`about ${money.join(" and ")}`]),
    ...(plan.withoutPrice === 0 ? [] : [`${plan.withoutPrice} of unknown price`]),
  ];
  return [
    `${plan.found} found; of these, one of which may be several:`,
    ...left(plan.withoutText, "have no text any more (retention.textMs), and cannot be sent again"),
    ...left(
      plan.pastDeadline,
      expiresInMs === undefined
        ? "are past their deadline, and are left out without --expires-in-ms"
        : "are past their deadline, and get a new one",
    ),
    ...left(
      plan.maybeSent,
      evenIfMaybeSent
        ? "may have been sent, and go all the same"
        : "may have been sent, and are left out without --even-if-maybe-sent",
    ),
    ...left(plan.replayedBefore, "were replayed before, and are left out"),
    `${plan.goes} would be sent${price.length === 0 ? "" : `: ${price.join(", ")}`}; ${plan.couldDuplicate} of them could be somebody's second one.`,
  ];
}
