import { describe, expect, test } from "vitest";
import { CASES, isInDoubt, isUnwritten, startCrashStage } from "./crash-stage.ts";

const TEST = { timeout: 180_000 };

describe.concurrent("at any point of an order, for any provider", () => {
  for (const redis of ["stays", "is restarted meanwhile"]) {
    test(`a worker killed there loses nothing and repeats nothing, when Redis ${redis}`, TEST, async () => {
      await using stage = await startCrashStage();
      const { installation, halting, taken, written } = stage;
      halting.kill("SIGKILL");
      await halting.ended;
      if (redis !== "stays") {
        await installation.redis.kill();
        await installation.redis.restart();
      }
      await installation.start("worker");
      const views = await stage.finals();
      const found = CASES.map((one, index) => [one.name, views[index]?.state, taken(one)]);
      const right = CASES.map((one) => {
        if (isInDoubt(one)) return [one.name, "unknown", isUnwritten(one) ? 0 : 1];
        return [one.name, "delivered", 1];
      });
      expect(found).toEqual(right);
      for (const one of CASES.filter(isInDoubt)) expect(written(one), one.name).toBeLessThanOrEqual(1);
    });
  }

  test("a worker frozen there for longer than lease and lock repeats nothing", TEST, async () => {
    await using stage = await startCrashStage();
    const { installation, halting, taken, written } = stage;
    halting.kill("SIGSTOP");
    await installation.start("worker");
    await stage.finals();
    halting.kill("SIGCONT");
    // Told to end, it would write nothing for that reason alone.
    await stage.reached(CASES.filter(isUnwritten), () => "send-recorded");
    halting.kill("SIGTERM");
    expect(await halting.ended).toBe(0);
    const views = await stage.finals();
    for (const [index, one] of CASES.entries()) {
      const gaveUp = isInDoubt(one) && isUnwritten(one);
      expect([one.name, taken(one)]).toEqual([one.name, gaveUp ? 0 : 1]);
      // Its own late answer may still tell what nobody else could.
      const states = gaveUp ? ["unknown"] : isInDoubt(one) ? ["unknown", "delivered"] : ["delivered"];
      expect(states, one.name).toContain(views[index]?.state);
      if (isInDoubt(one)) expect(written(one), one.name).toBeLessThanOrEqual(1);
    }
  });
});
