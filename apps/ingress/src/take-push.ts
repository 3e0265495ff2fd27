import type { PushTerms } from "@hermod/core/pushed";
import type { Acknowledgement, Provider, PushedReport } from "@hermod/providers/provider";
import type { PushMetrics } from "@hermod/service/push-metrics";
import { type NamedStatement, statementOf, writeStatement } from "./statement.ts";
import type { EvidenceParts, TakeEvidence, Taken } from "./take-evidence.ts";
import { takeHint } from "./take-hint.ts";

/** An account that pushes are taken for. */
export interface PushedAccount {
  readonly name: string;
  readonly provider: Pick<Provider, "readPush">;
  readonly push: PushTerms;
  readonly takeEvidence: TakeEvidence;
}

export interface PushParts extends EvidenceParts {
  readonly metrics: PushMetrics;
}

export type PushAnswer =
  | ({ readonly kind: "answer" } & Acknowledgement)
  /** The body is none that this provider sends. */
  | { readonly kind: "unreadable"; readonly why: string }
  /** Not everything could be stored, and the provider's answer has no way to say so: it must come again. */
  | { readonly kind: "notStored" };

/** Reads a pushed body, stores what it says, and only then says how to answer. */
export async function takePush(parts: PushParts, account: PushedAccount, body: string): Promise<PushAnswer> {
  const { broker, metrics } = parts;
  const { name, provider, push } = account;
  const told = provider.readPush?.(body) ?? { kind: "unreadable" as const, why: "no_pushes" };
  if (told.kind === "unreadable") {
    metrics.taken(name, "unreadable");
    return told;
  }
  const { reports, hints = [], acknowledge } = told;
  for (const number of hints) metrics.taken(name, await takeHint(parts, name, push, number));
  const statements = reports.map((report) => statementOf(report, broker.installation.numberHash));
  const named = statements.filter((statement) => statement !== undefined);
  const results = await account.takeEvidence(named);
  const taken = new Map<NamedStatement, Taken | "parked">(
    named.map((statement, index) => [statement, results[index] ?? "failed"]),
  );
  await Promise.all(
    named.map(async (statement) => {
      const result = taken.get(statement);
      if (result === "unknown" || result === "waits")
        taken.set(statement, await park(parts, name, statement));
    }),
  );
  const stored: PushedReport[] = [];
  for (const [index, report] of reports.entries()) {
    const statement = statements[index];
    const result = statement === undefined ? "unnamed" : (taken.get(statement) ?? "failed");
    metrics.taken(name, result);
    if (result !== "failed") stored.push(report);
  }
  const answer = acknowledge(stored);
  const isTold = stored.length === reports.length || answer.body !== acknowledge(reports).body;
  return isTold ? { kind: "answer", ...answer } : { kind: "notStored" };
}

async function park(
  { broker, metrics, report }: PushParts,
  account: string,
  statement: NamedStatement,
): Promise<"parked" | "failed"> {
  try {
    const parking = await broker.parked.park(account, statement.identity, writeStatement(statement));
    if (parking === "displaced") metrics.lost(account, "displaced", 1);
    if (parking !== "refused") return "parked";
    report("too much is pushed about one message", new Error(account));
  } catch (error) {
    report("push could not be parked", error);
  }
  return "failed";
}
