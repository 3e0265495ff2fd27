import { inOneBreath } from "@hermod/broker/in-one-breath";
import type { Broker } from "@hermod/broker/open-broker";
import type { Change, Committed } from "@hermod/broker/record-commit";
import { applyPushed, type PushEffect, type PushTerms } from "@hermod/core/pushed";
import type { MessageRecord } from "@hermod/core/record";
import type { Report } from "@hermod/core/report";
import type { NamedStatement } from "./statement.ts";

/** What became of a statement; `unknown` when no message has the name yet. Of a `failed` one nothing is stored. */
export type Taken = PushEffect["kind"] | "unknown" | "failed";

export interface EvidenceParts {
  readonly broker: Broker;
  readonly now: () => number;
  /** Tells of what may come in masses, a line a second of each kind at the most. */
  readonly report: (what: string, error: unknown) => void;
  /** Has whatever is due at an account asked about without waiting for a poller's next look. */
  readonly planAtOnce: (account: string) => void;
}

/**
 * Records what an account's provider said of messages by itself, and returns for each statement what became of it. Resolves once
 * it is written. However often the same comes, and in whatever order, the records end the same.
 */
export type TakeEvidence = (statements: readonly NamedStatement[]) => Promise<readonly Taken[]>;

/** For one account; many providers tell of one message in a request, and requests that come together share their round trips. */
export function openEvidence(parts: EvidenceParts, account: string, push: PushTerms): TakeEvidence {
  return inOneBreath<NamedStatement, Taken>((statements) => takeAll(parts, account, push, statements));
}

async function takeAll(
  { broker, now, report, planAtOnce }: EvidenceParts,
  account: string,
  push: PushTerms,
  statements: readonly NamedStatement[],
): Promise<Taken[]> {
  const { store, identities, installation } = broker;
  const found = await identities.find(
    account,
    statements.map(({ identity }) => identity),
  );
  const taken = new Map<NamedStatement, Taken>();
  const known = statements.flatMap((statement, index) => {
    const id = found[index];
    return id === undefined ? [] : [{ id, statement }];
  });
  const byMessage = Map.groupBy(known, ({ id }) => id);
  const decide =
    (said: readonly { readonly statement: NamedStatement }[]) =>
    (before: MessageRecord): Omit<Change, "before"> => {
      let change: Omit<Change, "before"> = { after: before, dueAt: undefined };
      for (const { statement } of said) {
        const isForeign = statement.to !== undefined && statement.to !== installation.numberHash(before.to);
        if (isForeign) {
          taken.set(statement, "nothing");
          continue;
        }
        const evidence = { account, report: statement.report, trusted: push.trusted };
        const at = now();
        const { terms, following } = push;
        const effect = applyPushed(change.after, evidence, { at, terms, following, chance: Math.random() });
        taken.set(statement, effect.kind);
        change = { after: effect.after, dueAt: effect.dueAt ?? change.dueAt };
      }
      return change;
    };

  const ids = [...byMessage.keys()];
  const loaded = await store.load(ids);
  const decided = loaded.flatMap((one, index) => {
    const said = byMessage.get(ids[index] ?? "") ?? [];
    // Its record is over, or of a version that must not be touched: there is nothing to be told.
    if (one.kind !== "record") {
      for (const { statement } of said) taken.set(statement, "nothing");
      return [];
    }
    const change = { before: one.record, ...decide(said)(one.record) };
    return change.after === change.before && change.dueAt === undefined ? [] : [{ said, change }];
  });
  const committed = await store.commit(
    decided.map(({ change }) => change),
    "always",
  );
  await Promise.all(
    decided.map(async ({ said, change }, index) => {
      const error = await settled(committed[index], () => store.change(change.before.id, decide(said)));
      if (error === undefined) return;
      report("push could not be recorded", error);
      for (const { statement } of said) taken.set(statement, "failed");
    }),
  );
  if ([...taken.values()].includes("asks")) planAtOnce(account);
  const ends = known.filter(({ statement }) => isEnd(statement.report));
  await broker.learning
    .pushCame(account, [...new Set(ends.map(({ id }) => id))])
    .catch((error: unknown) => report("learning", error));
  return statements.map((statement) => taken.get(statement) ?? "unknown");
}

/** Pushes that tell of an end make looks rarer, trusted or not: they bring the look that finds it. */
function isEnd({ kind }: Report): boolean {
  return kind !== "pending" && kind !== "sent" && kind !== "unmapped";
}

/** What a commit came to: an error when nothing is written. Where somebody came between, it is decided again. */
async function settled(
  committed: Committed | undefined,
  again: () => Promise<unknown>,
): Promise<unknown | undefined> {
  if (committed?.kind === "committed" || committed?.kind === "missing") return undefined;
  if (committed?.kind === "failed") return committed.error;
  return await again().then(
    () => undefined,
    (error: unknown) => error,
  );
}
