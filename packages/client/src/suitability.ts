import type { InputIssue } from "@hermod/core/input-error";
import { type Measurement, measureContent } from "@hermod/core/measurement";
import { type ParsedMessageInput, routed } from "@hermod/core/message";
import { numberProblem } from "@hermod/core/number-form";
import type { KnownAccounts } from "./known-accounts.ts";
import { impossible } from "./phone-number.ts";

type Measured = Pick<ParsedMessageInput, "account" | "route" | "content">;

/** The accounts of a route that nobody announced. */
export function unknownAccounts(input: Measured, accounts: KnownAccounts): InputIssue[] {
  return routed(input)
    .filter(({ name }) => accounts.get(name) === undefined)
    .map(({ name, path }) => ({ path, message: `no worker has announced an account ${name}` }));
}

/** What becomes of a content at each account of its route that is known, in order. */
export function measurements(input: Measured, accounts: KnownAccounts): Measurement[] {
  return routed(input).flatMap(({ name }) => {
    const announced = accounts.get(name);
    return announced === undefined ? [] : [measureContent(input.content, name, announced.capabilities)];
  });
}

/**
 * Why a message cannot go through every account of its route: each of them may be the one that it goes through
 * in the end, so that none may turn it down for what is known now.
 */
export function routeIssues(input: ParsedMessageInput, accounts: KnownAccounts): InputIssue[] {
  return [
    ...unknownAccounts(input, accounts),
    ...measurements(input, accounts).flatMap(({ issues }) => issues),
    ...numberIssues(input, accounts),
  ];
}

function numberIssues(input: ParsedMessageInput, accounts: KnownAccounts): InputIssue[] {
  const message = impossible(input.to);
  if (message !== undefined) return [{ path: "to", message }];
  return routed(input).flatMap(({ name }) => {
    const form = accounts.get(name)?.capabilities.number;
    const problem = form && numberProblem(input.to, form);
    return problem === undefined ? [] : [{ path: "to", message: `the account ${name} ${problem}` }];
  });
}
