import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import type { Measurement } from "@hermod/core/measurement";
import { MeasureInput, routed } from "@hermod/core/message";
import type { Session } from "./open-session.ts";
import { measurements, unknownAccounts } from "./suitability.ts";
import { openDeadline } from "./within-deadline.ts";

/** Measures a content at each account of a route, by what workers announced. */
export async function measure(
  { accounts }: Session,
  input: MeasureInput,
  closed: AbortSignal,
): Promise<Measurement[]> {
  closed.throwIfAborted();
  const { data, error } = MeasureInput.safeParse(input);
  if (error !== undefined) throw new HermodInputError(issuesOf(error));
  const names = routed(data).map(({ name }) => name);
  await openDeadline(closed).within(() => accounts.refresh(names));
  const issues = unknownAccounts(data, accounts);
  if (issues.length > 0) throw new HermodInputError(issues);
  return measurements(data, accounts);
}
