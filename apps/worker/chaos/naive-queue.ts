import type { Content } from "@hermod/core/message";

/** Everything a naive worker needs lies in the job. */
export interface NaiveJob {
  readonly tag: string;
  readonly to: string;
  readonly content: Content;
  readonly reference: number;
}

export function naiveQueue(account: string): string {
  return `naive-${account}`;
}
