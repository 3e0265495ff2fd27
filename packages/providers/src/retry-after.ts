import { type Answer, headerValues } from "./exchange.ts";

/** The longest wait that a provider can impose, in milliseconds: it comes from outside and must not park an account for days. */
export const RETRY_AFTER_CAP_MS = 600_000;

const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The wait that an answer's `Retry-After` asks for (RFC 9110 §10.2.3), in milliseconds; undefined where there is none or it
 * is malformed. A date is measured against the answer's own `Date`, where it has one: the two come from the same clock.
 */
export function retryAfterMs(answer: Answer, now: number): number | undefined {
  const value = headerValues(answer, "retry-after")[0]?.trim() ?? "";
  const waitMs = /^\d{1,12}$/.test(value)
    ? Number(value) * 1000
    : untilDate(value, httpDate(headerValues(answer, "date")[0]) ?? now);
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, 0), RETRY_AFTER_CAP_MS);
}

function untilDate(value: string, now: number): number | undefined {
  const date = httpDate(value);
  return date === undefined ? undefined : date - now;
}

/** Not Date.parse alone: it takes "retry 5" for a day in the year 2001. */
function httpDate(value = ""): number | undefined {
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}
