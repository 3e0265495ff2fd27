import { InvalidArgumentError, type Command as Parser } from "@commander-js/extra-typings";
import { whole } from "../argument-readers.ts";

/** Asks to send again, as new messages, what came to nothing. */
export interface ReplayQuestion {
  readonly name: "replay";
  readonly states: readonly string[];
  readonly account: string | undefined;
  readonly producer: string | undefined;
  /** A moment, or how long ago. */
  readonly since: Moment;
  readonly until: Moment | undefined;
  readonly expiresInMs: number | undefined;
  readonly evenIfMaybeSent: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export type Moment = { readonly at: number } | { readonly agoMs: number };

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `2h`, `30m`, `7d`, or a date. */
function moment(text: string): Moment {
  const [, count, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return { agoMs: Number(count) * (UNITS[unit] ?? 0) };
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError("It must be a time like 2026-11-27T08:00Z, or how long ago: 30m, 2h, 7d.");
  return { at };
}

export function addReplay(parser: Parser, ask: (question: ReplayQuestion) => void): void {
  parser
    .command("replay")
    .description("send again, as new messages, what came to nothing; says first what that means")
    .requiredOption(
      "--state <states>",
      "final states, with commas: failed, unknown, undelivered, rejected, expired, canceled, suppressed",
      (text) => text.split(",").map((state) => state.trim()),
    )
    .requiredOption("--since <time>", "that ended since: a time, or 30m, 2h, 7d ago", moment)
    .option("--until <time>", "and before", moment)
    .option("--account <name>", "that ended at this account")
    .option("--producer <name>", "of this producer")
    .option(
      "--expires-in-ms <n>",
      "how long they may wait this time; without it only as long as the old ones still might",
      whole(1000, 172_800_000),
    )
    .option("--even-if-maybe-sent", "also those that a provider has or may have: somebody may get two")
    .option("--dry-run", "only say what would be done")
    .option("--json", "print JSON")
    .action(({ state, since, until, account, producer, expiresInMs, ...flags }) => {
      const { evenIfMaybeSent = false, dryRun = false, json = false } = flags;
      const question = { states: state, since, until, account, producer, expiresInMs };
      ask({ name: "replay", ...question, evenIfMaybeSent, dryRun, json });
    });
}
