import { setImmediate } from "node:timers/promises";
import type { Mode } from "./plan.ts";
import { playSchedule } from "./schedule.ts";

/** So many in a row until others may have their turn. */
const AT_ONCE = 500;

/** Plays the schedules of the first `count` seeds; throws at the first broken promise, with the command that shows its course. */
export async function playMany(mode: Mode, count: number): Promise<void> {
  for (let seed = 1; seed <= count; seed += 1) {
    try {
      playSchedule(mode, seed);
    } catch (cause) {
      const command = `npx -y pnpm@12 exec node packages/core/test/simulation/replay.ts ${mode} ${seed}`;
      throw new Error(`${cause instanceof Error ? cause.message : "a throw"}\nIts course: ${command}`, {
        cause,
      });
    }
    if (seed % AT_ONCE === 0) await setImmediate();
  }
}
