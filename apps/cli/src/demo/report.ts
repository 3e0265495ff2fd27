import { styleText } from "node:util";
import type { MessageView } from "@hermod/client";
import { mostWithin, timesOf } from "@hermod/simulator/ground-truth";
import { spreadOf, tally } from "./figures.ts";
import { otpOf } from "./mix.ts";
import { table } from "./table.ts";
import { IN_DOUBT, type ProviderLog, type Verdict } from "./truth.ts";

export interface ReportParts {
  readonly verdicts: readonly Verdict[];
  readonly views: readonly MessageView[];
  readonly log: ProviderLog;
  readonly sendPerSecond: number;
  readonly elapsedMs: number;
}

/** Differences shown one by one; of more, the number tells enough. */
const MOST_SHOWN = 20;

/** Whether the provider's log and Hermod agree on every message, and nothing was accepted twice. */
export function allAgree(verdicts: readonly Verdict[]): boolean {
  return verdicts.every(({ agrees }) => agrees);
}

/** The end of the demo in lines: states, times, the provider's side, the verdict. */
export function report(parts: ReportParts): string[] {
  return [
    ...stateTable(parts.verdicts),
    "",
    ...timeTable(parts),
    "",
    ...providerTable(parts),
    "",
    ...verdictLines(parts),
  ];
}

function stateTable(verdicts: readonly Verdict[]): string[] {
  const told = tally(verdicts.map((verdict) => verdict.told));
  const demanded = tally(verdicts.map((verdict) => verdict.demanded));
  const states = ["delivered", "undelivered", "rejected", "unknown", IN_DOUBT];
  const others = [...told.keys(), ...demanded.keys()].filter((state) => !states.includes(state));
  const rows = [...states, ...new Set(others)].map((state) => {
    const [here = 0, there = 0] = [told.get(state), demanded.get(state)];
    return [
      state,
      String(here),
      String(there),
      here !== there ? styleText("red", "differs") : here > 0 ? (REMARKS[state] ?? "") : "",
    ];
  });
  const total = String(verdicts.length);
  return table(["state", "Hermod says", "provider's log", ""], [...rows, ["all", total, total, ""]]);
}

const REMARKS: Readonly<Record<string, string>> = {
  unknown: "the provider never reported",
  [IN_DOUBT]: "a process was lost in mid-request: nobody can tell, so nothing was sent again",
};

function timeTable({ views, log }: ReportParts): string[] {
  const toldFinalAt = new Map(log.accepted.map((message) => [message.id, finalAtOf(message)]));
  const sendMs = (priority?: string) =>
    views.flatMap(({ priority: own, timestamps: { acceptedAt, submittedAt } }) =>
      submittedAt === undefined || (priority ?? own) !== own ? [] : [submittedAt - acceptedAt],
    );
  // What is unknown ends at the horizon, which says nothing about the provider.
  const reported = views.filter(({ state }) => state === "delivered" || state === "undelivered");
  const finalMs = reported.flatMap(({ timestamps: { submittedAt, finalAt } }) =>
    submittedAt === undefined || finalAt === undefined ? [] : [finalAt - submittedAt],
  );
  const lagMs = reported.flatMap(({ providerId = "", timestamps: { finalAt } }) => {
    const there = toldFinalAt.get(providerId);
    return there === undefined || finalAt === undefined ? [] : [finalAt - there];
  });
  const rows = [
    ["send latency (accepted → submitted)", sendMs()],
    ["  urgent", sendMs("urgent")],
    ["  normal", sendMs("normal")],
    ["  bulk", sendMs("bulk")],
    ["time to final (submitted → final)", finalMs],
    ["  of it after the provider knew", lagMs],
  ] as const;
  return table(
    ["time", "p50", "p95", "p99", ""],
    rows.map(([name, values]) => {
      const spread = spreadOf(values);
      if (spread === undefined) return [name, "–", "–", "–", ""];
      return [name, ...[spread.p50, spread.p95, spread.p99].map(seconds), `of ${spread.count}`];
    }),
  );
}

function finalAtOf(message: object): number | undefined {
  return "finalAt" in message && typeof message.finalAt === "number" ? message.finalAt : undefined;
}

function providerTable({ log, sendPerSecond, verdicts }: ReportParts): string[] {
  const sends = log.requests.filter(({ operation }) => operation === "send");
  const written = new Set(sends.map(({ body }) => otpOf(body))).size;
  const statuses = log.requests.length - sends.length;
  const most = mostWithin(timesOf(log.requests, "send"), 1000);
  const twice = verdicts.filter(({ timesAccepted }) => timesAccepted > 1).length;
  const limit = `of ${sendPerSecond} allowed`;
  return table(
    ["at the provider", "", ""],
    [
      ["send requests", String(sends.length), `${per(sends.length, written)} per message`],
      ["  answered 429", String(sends.filter(({ answered }) => answered === 429).length), ""],
      ["  retries", String(sends.length - written), "after proof that the message was not taken"],
      ["  most in any second", String(most), most > sendPerSecond ? styleText("red", limit) : limit],
      ["status requests", String(statuses), `${per(statuses, log.accepted.length)} per accepted message`],
      ["accepted twice", String(twice), ""],
    ],
  );
}

function verdictLines({ verdicts, elapsedMs }: ReportParts): string[] {
  const after = `after ${seconds(elapsedMs)}`;
  if (allAgree(verdicts)) {
    return [
      styleText(
        "green",
        `All ${verdicts.length} messages ended as the provider's log demands, ${after}; accepted twice: 0`,
      ),
    ];
  }
  const differing = verdicts.filter(({ agrees }) => !agrees);
  const lines = differing
    .slice(0, MOST_SHOWN)
    .map(({ id, told, demanded }) => `  ${id}   Hermod says ${told}, the provider's log demands ${demanded}`);
  const left = differing.length - lines.length;
  return [
    styleText(
      "red",
      `${differing.length} of ${verdicts.length} messages differ from the provider's log, ${after}:`,
    ),
    ...lines,
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function per(requests: number, messages: number): string {
  return messages === 0 ? "–" : (requests / messages).toFixed(2);
}
