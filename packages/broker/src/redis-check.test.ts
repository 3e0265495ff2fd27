import { expect, test } from "vitest";
import { clockSkewMs } from "./redis-check.ts";

test.for([
  { what: "within the round trip proves nothing", askedAt: 1000, redisAt: 1200, answeredAt: 1400, skewMs: 0 },
  { what: "at the question proves nothing", askedAt: 1000, redisAt: 1000, answeredAt: 1400, skewMs: 0 },
  { what: "at the answer proves nothing", askedAt: 1000, redisAt: 1400, answeredAt: 1400, skewMs: 0 },
  { what: "after the answer is ahead", askedAt: 1000, redisAt: 2500, answeredAt: 1400, skewMs: 1100 },
  { what: "before the question is behind", askedAt: 1000, redisAt: 1, answeredAt: 1400, skewMs: -999 },
])("a clock of Redis that reads $what", ({ askedAt, redisAt, answeredAt, skewMs }) => {
  expect(clockSkewMs(askedAt, redisAt, answeredAt)).toBe(skewMs);
});
