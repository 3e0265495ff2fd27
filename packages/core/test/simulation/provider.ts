import type { Outcome, RefusalScope } from "../../src/outcome.ts";
import { openAttempt } from "../../src/record.ts";
import type { Lookup, Report, StatusAnswer } from "../../src/report.ts";
import type { Acceptance, Write } from "./ledger.ts";
import { type PlannedAccount, TIMEOUT_MS } from "./plan.ts";
import { push } from "./push.ts";
import type { World } from "./world.ts";

/** A request on its way: when its sender knows more, and what. */
export interface Exchange {
  readonly answerMs: number;
  outcome: Outcome;
}

interface AccountState {
  faultUntil: number;
  downUntil: number;
}

/** The providers' side of the accounts. */
export interface Providers {
  /** Why no connection can be made, before a byte is written. */
  unreachable(account: PlannedAccount): boolean;
  receive(account: PlannedAccount, id: string, write: Write, reference: number | undefined): Exchange;
  status(
    account: PlannedAccount,
    id: string,
    providerId: string | undefined,
    reference: number | undefined,
  ): StatusAnswer;
  lookup(account: PlannedAccount, id: string, reference: number): Lookup;
}

const LOST: Outcome = { kind: "maybeSent", phase: "headers", evidence: "timeout" };
const BROKEN: Outcome = { kind: "maybeSent", phase: "answer", evidence: "http_500" };

/** What a provider does with a request, but for taking it and saying so. */
const BAD = [
  "resetBefore",
  "resetAfter",
  "silentBefore",
  "silentAfter",
  "errorBefore",
  "errorAfter",
  "slow",
  "throttle",
  "restAccount",
  "refuseRecipient",
  "refuseMessage",
  "refuseTemplate",
] as const;
type Conduct = (typeof BAD)[number] | "take" | "lie";

export function openProviders(world: World): Providers {
  const { agenda, random, plan } = world;
  const states = new Map<string, AccountState>(
    plan.accounts.map(({ name }) => [name, { faultUntil: 0, downUntil: 0 }]),
  );
  const stateOf = (name: string): AccountState => states.get(name) ?? { faultUntil: 0, downUntil: 0 };
  const misfortune = (rate: number): boolean => agenda.now() < plan.faultsUntil && random.chance(rate);
  const until = (most: number): number =>
    Math.min(agenda.now() + random.between(500, most), plan.faultsUntil);

  const conductOf = (): Conduct => {
    if (!misfortune(plan.rates.badAnswer)) return "take";
    return plan.contradicts && random.chance(0.3) ? "lie" : random.pick(BAD);
  };
  return {
    unreachable({ name }) {
      const state = stateOf(name);
      if (misfortune(plan.rates.accountDown)) state.downUntil = until(20_000);
      return state.downUntil > agenda.now();
    },
    receive(account, id, write, reference) {
      const state = stateOf(account.name);
      if (misfortune(plan.rates.accountFault)) state.faultUntil = until(60_000);
      const conduct = conductOf();
      const arrivesMs = random.chance(0.9) ? random.between(0, 30) : random.between(0, TIMEOUT_MS);
      const worksMs = conduct === "slow" ? random.between(0, TIMEOUT_MS) : random.between(0, 100);
      const isSilent = conduct === "silentBefore" || conduct === "silentAfter";
      const exchange: Exchange = {
        answerMs: isSilent ? TIMEOUT_MS : Math.min(arrivesMs + worksMs, TIMEOUT_MS),
        outcome: LOST,
      };
      world.note?.(`request ${write.n} of ${id} goes to ${account.name}: ${conduct}`);
      agenda.at(agenda.now() + arrivesMs, () => {
        const isInTime = arrivesMs + worksMs < TIMEOUT_MS;
        const outcome = arrive(
          world,
          account,
          id,
          write,
          reference,
          conduct,
          state.faultUntil > agenda.now(),
        );
        if (isInTime) exchange.outcome = outcome;
      });
      return exchange;
    },
    status(account, id, providerId, reference) {
      const { acceptances, said } = world.ledger.of(id);
      if (misfortune(plan.rates.badStatus)) {
        const bad = random.pick(["unavailable", "unmapped", "absent", "earlier"]);
        if (bad === "unavailable") return { kind: "unavailable", reason: "http_500" };
        if (bad === "unmapped") return { kind: "report", report: { kind: "unmapped", word: "ODD" } };
        if (bad === "absent") return { kind: "absent" };
        return { kind: "report", report: { kind: "pending", word: "pending" } };
      }
      const acceptance = acceptances.find(
        (one) =>
          one.account === account.name &&
          (providerId === undefined ? one.reference === reference : one.providerId === providerId),
      );
      if (acceptance === undefined) return { kind: "absent" };
      const report = told(acceptance, agenda.now());
      said.add(report.kind);
      return { kind: "report", report };
    },
    lookup(account, id, reference) {
      const { acceptances, said } = world.ledger.of(id);
      if (misfortune(plan.rates.badStatus)) return { kind: "unavailable", reason: "queue_not_empty" };
      const taken = acceptances.filter((one) => one.account === account.name && one.reference === reference);
      const shown = taken.find(({ shownAt }) => shownAt <= agenda.now());
      if (shown === undefined) return { kind: "absent" };
      if (!shown.missed && misfortune(plan.rates.badStatus / 2)) {
        shown.missed = true;
        return { kind: "absent" };
      }
      const report = told(shown, agenda.now());
      said.add(report.kind);
      return { kind: "found", providerId: shown.providerId, report };
    },
  };
}

/** The request reaches the provider: what comes of it, and what is answered. */
function arrive(
  world: World,
  account: PlannedAccount,
  id: string,
  write: Write,
  reference: number | undefined,
  conduct: Conduct,
  isAtFault: boolean,
): Outcome {
  const record = world.store.load(id);
  if (record === undefined || openAttempt(record)?.n !== write.n) write.late = true;
  if (conduct === "resetBefore" || conduct === "silentBefore" || conduct === "errorBefore") return BROKEN;
  if (isAtFault) return refusal("account", "balance");
  switch (conduct) {
    case "throttle":
      return { kind: "throttled", retryAfterMs: world.random.between(100, 5000), scope: "message" };
    case "restAccount":
      return { kind: "throttled", retryAfterMs: world.random.between(100, 5000), scope: "account" };
    case "refuseRecipient":
      return refusal("recipient", "number_format");
    case "refuseMessage":
      return refusal("message", "moderation");
    case "refuseTemplate":
      return refusal("template", "template_unknown");
    default: {
      const taken = take(world, account, id, write, reference);
      if (conduct === "lie") {
        world.ledger.of(id).liedTo = true;
        return refusal("message", "moderation");
      }
      return conduct === "take" || conduct === "slow" ? taken : BROKEN;
    }
  }
}

function refusal(scope: RefusalScope, code: string): Outcome {
  return { kind: "rejected", scope, code, providerCode: code };
}

function take(
  world: World,
  account: PlannedAccount,
  id: string,
  write: Write,
  reference: number | undefined,
): Outcome {
  const { agenda, random, plan } = world;
  const { acceptances } = world.ledger.of(id);
  const { resolution, settleMs } = account.terms;
  const earlier =
    resolution === "repeat"
      ? acceptances.find((one) => one.account === account.name && one.reference === reference)
      : undefined;
  if (earlier !== undefined) {
    return random.chance(0.3) ? { kind: "accepted" } : { kind: "accepted", providerId: earlier.providerId };
  }
  const now = agenda.now();
  const providerId = `${account.name}-${id}-${acceptances.length + 1}`;
  const acceptance: Acceptance = {
    account: account.name,
    n: write.n,
    reference,
    providerId,
    at: now,
    shownAt: now + random.between(0, plan.showsTooLate ? 8 * settleMs : settleMs / 2),
    story: storyOf(world, now),
    missed: false,
  };
  acceptances.push(acceptance);
  world.note?.(`${account.name} takes ${id} as ${providerId}`);
  if (account.pushes) push(world, account, id, acceptance);
  return { kind: "accepted", providerId };
}

const ENDS = ["delivered", "delivered", "delivered", "undelivered", "expired", "rejected", "never"] as const;

function storyOf({ random, plan }: World, now: number): Acceptance["story"] {
  const sentAt = now + random.between(0, 5000);
  const endAt = sentAt + random.between(0, random.pick([200, 10_000, 60_000]));
  const end = random.pick(ENDS);
  const story: Acceptance["story"][number][] = [
    { at: now, kind: "pending" },
    { at: sentAt, kind: "sent" },
  ];
  if (end !== "never") story.push({ at: endAt, kind: end });
  if (end === "delivered" && random.chance(0.2))
    story.push({ at: endAt + random.between(0, 10_000), kind: "read" });
  if (end !== "never" && plan.contradicts)
    story.push({ at: endAt + random.between(0, 5000), kind: random.pick(["delivered", "undelivered"]) });
  return story;
}

function told({ story }: Acceptance, now: number): Report {
  const { kind } = story.findLast(({ at }) => at <= now) ?? { kind: "pending" as const };
  return { kind, word: kind };
}
