import type { TimeToFinal } from "./time-to-final.ts";

/** How an account's messages are followed, in figures for people. */
export interface FollowingFigures {
  /** What is known of the time to a final report, by route. */
  readonly routes: readonly (TimeToFinal & { readonly route: string })[];
  /** Status requests so far, and messages that they found final. */
  readonly requests: number;
  readonly finals: number;
  /** Status requests for each of those. */
  readonly requestsPerMessage: number | undefined;
  /** How long finals lay unnoticed at the provider, on average, where it tells when a message became final. */
  readonly meanLagMs: number | undefined;
  /** Learned share of final reports that are not pushed; undefined where none ever was. */
  readonly pushesMissing: number | undefined;
  /** Why the account is not asked now, and when one request tries it; undefined while it is. */
  readonly pause: { readonly code: string; readonly since: number; readonly probeAt: number } | undefined;
}
