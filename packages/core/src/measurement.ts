import type { Capabilities } from "./capabilities.ts";
import type { InputIssue } from "./input-error.ts";
import { measureText, type TextSize } from "./measure-text.ts";
import { type Content, contentKinds } from "./message.ts";

/** What becomes of a content at one account, known before it is sent. */
export interface Measurement {
  readonly account: string;
  /** What of the content the account is given; absent where it needs something that is not there. */
  readonly kind?: "text" | "template";
  /**
   * The alphabet the text travels in. Absent, like length and segments, for a template, whose text only the
   * provider knows, and for an account whose worker does not tell its limits.
   */
  readonly encoding?: TextSize["encoding"];
  /** As the encoding counts: in septets, of which some characters take two, or in UTF-16 units. */
  readonly length?: number;
  /** How many SMS the text is. */
  readonly segments?: number;
  /** The provider does not document how it divides texts: encoding and segments are those of the standard. */
  readonly estimated?: boolean;
  readonly fits: boolean;
  /** Why it does not fit. */
  readonly issues: readonly InputIssue[];
}

/** Measures a content by what an account can do. */
export function measureContent(
  content: Content,
  account: string,
  { content: kinds, text: limits }: Pick<Capabilities, "content" | "text">,
): Measurement {
  const brought = contentKinds(content);
  const kind = kinds.find((one) => brought.includes(one));
  if (kind === undefined) {
    const message = `the account ${account} needs a ${kinds.join(" or a ")}`;
    return { account, fits: false, issues: [{ path: "content", message }] };
  }
  if (kind === "template" || content.text === undefined || limits === undefined)
    return { account, kind, fits: true, issues: [] };
  const { size, problems } = measureText(content.text, limits);
  const issues = problems.map(({ message }) => ({
    path: "content.text",
    message: `the account ${account} ${message}`,
  }));
  const estimated = limits.source !== "documented";
  return { account, kind, ...size, ...(size && { estimated }), fits: issues.length === 0, issues };
}
