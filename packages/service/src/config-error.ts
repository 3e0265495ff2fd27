import { issuesOf } from "@hermod/core/input-error";
import type { z } from "zod";

/** The process cannot start as it is configured; the message lists every problem and no value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${what} cannot be used, ${count}:`, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
    this.problems = problems;
  }
}

/** What zod found, a line each, below a path. */
export function problemsOf(error: z.ZodError, below = ""): string[] {
  return issuesOf(error).map(({ path, message }) => {
    const where = [below, path].filter((part) => part !== "").join(".");
    return where === "" ? message : `${where}: ${message}`;
  });
}
