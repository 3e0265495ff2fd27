/** How many messages a measured process works at in all, so that it is warm when those that count come. */
export function warmed(messages: number): number {
  return Math.ceil(messages * 1.5);
}

/** With as many behind them as are under way, so that while it is measured as many are sent as become final. */
export function followed(messages: number): number {
  return warmed(messages) + Math.ceil(messages / 2);
}
