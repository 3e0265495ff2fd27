/** How many messages a measured process works at in all, so that it is warm when those that count come. */
export function warmed(messages: number): number {
  return Math.ceil(messages * 1.5);
}
