import { PARKED, type Process, start, type Task } from "./process.ts";
import type { World } from "./world.ts";

/** Does several things at the same time in one process, and goes on when all of them are done; then the first failure is thrown. */
export function* together<T>(world: World, process: Process, tasks: readonly Task<T>[]): Task<T[]> {
  const run = world.running;
  const { life } = process;
  const results: T[] = [];
  const failures: unknown[] = [];
  let left = tasks.length;
  const one = function* (task: Task<T>, index: number): Task {
    try {
      results[index] = yield* task;
    } catch (error) {
      failures.push(error);
    }
    left -= 1;
    if (left === 0) run?.resume();
  };
  for (const [index, task] of tasks.entries()) {
    // Each begins in a step of its own.
    world.agenda.at(world.agenda.now(), () => start(world, process, one(task, index), life));
  }
  yield PARKED;
  if (failures.length > 0) throw failures[0];
  return results;
}
