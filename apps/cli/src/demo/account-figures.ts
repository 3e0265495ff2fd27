import type { MessageView } from "@hermod/client";
import { mostWithin, timesOf } from "@hermod/simulator/ground-truth";
import { codeIn } from "./code.ts";
import type { DemoProvider, PlannedAcceptance, ProviderLog } from "./demo-provider.ts";
import { type Spread, spreadOf, tally } from "./figures.ts";
import type { Verdict } from "./truth.ts";

/** Both sides of an account's messages: what Hermod says of them, and what its provider saw. */
export interface AccountSides {
  readonly verdicts: readonly Verdict[];
  readonly views: readonly MessageView[];
  readonly log: ProviderLog;
  readonly idOf: DemoProvider["idOf"];
  readonly sendPerSecond: number;
}

/** What the demo tells of an account, or of all of them together. */
export interface Figures {
  readonly messages: number;
  readonly differing: number;
  readonly acceptedTwice: number;
  readonly states: readonly StateFigures[];
  readonly ms: Readonly<Record<TimeName, Spread | undefined>>;
  readonly requests: {
    readonly send: number;
    /** Answered by a fault before anything was accepted: a 429, no port, a stale nonce. */
    readonly turnedAway: number;
    /** Beyond one for each message. */
    readonly retries: number;
    readonly mostInASecond: number;
    readonly allowedInASecond: number;
    readonly status: number;
    /** What the provider told by itself, and was taken. */
    readonly pushes: number;
  };
}

/** Messages in a state: by what Hermod says, and by what the provider's log demands. */
export interface StateFigures {
  readonly state: string;
  readonly told: number;
  readonly demanded: number;
}

/** From acceptance by us to that by the provider; from there to the final state; from the provider's knowing of it to ours. */
export type TimeName = "send" | "urgent" | "normal" | "bulk" | "final" | "lag";

export function figuresOf(accounts: readonly AccountSides[]): Figures {
  const verdicts = accounts.flatMap((account) => account.verdicts);
  const views = accounts.flatMap((account) => account.views);
  const requests = accounts.flatMap(({ log }) => log.requests);
  const sends = requests.filter(({ operation }) => operation === "send");
  const written = new Set(sends.map(({ body }) => codeIn(body))).size;
  const turnedAway = sends.filter(
    ({ fault, acceptedIds }) => fault !== undefined && acceptedIds.length === 0,
  );
  const sendMs = (priority?: MessageView["priority"]) => views.flatMap((view) => sendMsOf(view, priority));
  return {
    messages: verdicts.length,
    differing: verdicts.filter(({ agrees }) => !agrees).length,
    acceptedTwice: verdicts.filter(({ timesAccepted }) => timesAccepted > 1).length,
    states: statesOf(verdicts),
    ms: {
      send: spreadOf(sendMs()),
      urgent: spreadOf(sendMs("urgent")),
      normal: spreadOf(sendMs("normal")),
      bulk: spreadOf(sendMs("bulk")),
      final: spreadOf(views.flatMap(finalMsOf)),
      lag: spreadOf(accounts.flatMap(lagsOf)),
    },
    requests: {
      send: sends.length,
      turnedAway: turnedAway.length,
      retries: sends.length - written,
      mostInASecond: mostWithin(timesOf(requests, "send"), 1000),
      allowedInASecond: accounts.reduce((sum, { sendPerSecond }) => sum + sendPerSecond, 0),
      status: requests.filter(({ operation }) => operation === "status").length,
      pushes: accounts.reduce((sum, { log }) => sum + log.pushes, 0),
    },
  };
}

function statesOf(verdicts: readonly Verdict[]): StateFigures[] {
  const told = tally(verdicts.map((verdict) => verdict.told));
  const demanded = tally(verdicts.map((verdict) => verdict.demanded));
  return [...new Set([...told.keys(), ...demanded.keys()])].map((state) => ({
    state,
    told: told.get(state) ?? 0,
    demanded: demanded.get(state) ?? 0,
  }));
}

function sendMsOf({ priority, timestamps }: MessageView, wanted = priority): number[] {
  const { acceptedAt, submittedAt } = timestamps;
  return submittedAt === undefined || wanted !== priority ? [] : [submittedAt - acceptedAt];
}

function finalMsOf(view: MessageView): number[] {
  const { submittedAt, finalAt } = view.timestamps;
  return submittedAt === undefined || finalAt === undefined || !isReported(view)
    ? []
    : [finalAt - submittedAt];
}

/** What is unknown ends at the horizon, which says nothing about the provider. */
function isReported({ reason }: MessageView): boolean {
  return reason === "by_network" || reason === "at_provider";
}

function lagsOf({ views, log, idOf }: AccountSides): number[] {
  const knownAt = new Map(log.accepted.map((message) => [idOf(message), lastStepAt(message)]));
  return views.filter(isReported).flatMap(({ providerId = "", timestamps: { finalAt } }) => {
    const there = knownAt.get(providerId);
    return there === undefined || finalAt === undefined ? [] : [finalAt - there];
  });
}

function lastStepAt({ at, plan }: PlannedAcceptance): number | undefined {
  const last = plan.steps.at(-1);
  return last === undefined ? undefined : at + last.afterMs;
}
