import type { z } from "zod";

export interface InputIssue {
  /** The field, for example `content.params.otp`. */
  readonly path: string;
  readonly message: string;
  /** A word of ours where a program may want to tell the problem from others. */
  readonly code?: "unmeetable_deadline";
}

/** The input of a producer cannot be taken; names every bad field, and nothing was stored. */
export class HermodInputError extends Error {
  override readonly name = "HermodInputError";
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "));
    this.issues = issues;
  }
}

/** Flattens what zod found; unknown keys are named one by one. */
export function issuesOf(error: z.ZodError): InputIssue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join(".");
    if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path === "" ? key : `${path}.${key}`,
      message: "unknown field",
    }));
  });
}
