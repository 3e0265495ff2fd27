import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { figuresOf } from "@hermod/testing/polling/figures";
import { play } from "@hermod/testing/polling/judge";
import { SCENARIOS } from "@hermod/testing/polling/scenarios";
import { generateTrace } from "@hermod/testing/polling/trace";
import { expect, test } from "vitest";
import { replayForReal } from "../bench/polling/replay.ts";

const GIVE_UP_SECONDS = 1800;

test.for([
  { scenario: "single", messages: 40, refuses: [0, 0] },
  { scenario: "batch 32", messages: 150, refuses: [30, 60] },
] as const)(
  "the real thing follows a trace as the policy does: every final is noticed, no message is in two requests at once, rests are kept ($scenario)",
  { timeout: 120_000 },
  async ({ scenario, messages, refuses }) => {
    const whole = generateTrace(SCENARIOS[scenario], 2001);
    const soon = whole.messages.filter(({ finalAfterSeconds }) => finalAfterSeconds < GIVE_UP_SECONDS - 600);
    const trace = { ...whole, messages: soon.slice(0, messages) };
    const { url, namespace } = isolatedRedis();
    const options = { trace, seed: 2001, giveUpSeconds: GIVE_UP_SECONDS, statusPerSecond: 20, refuses };
    const real = await replayForReal({ ...options, redisUrl: url, namespace });
    const policy = figuresOf(trace, play(trace, 2001, { giveUp: GIVE_UP_SECONDS }, { refuses }));
    expect(real.broken).toEqual([]);
    expect(real.figures.undetected).toBe(0);
    const ratio = real.figures.requestsPerMessage / policy.requestsPerMessage;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
  },
);
