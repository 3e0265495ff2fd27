import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import type { LoopWatchData } from "./loop-watch.ts";

const { turns, everyMs, looks, line } = workerData as LoopWatchData;
const counter = new Int32Array(turns);
let seen = Atomics.load(counter, 0);
let without = 0;

setInterval(() => {
  const now = Atomics.load(counter, 0);
  without = now === seen ? without + 1 : 0;
  seen = now;
  if (without < looks) return;
  // Not console: what a thread says there is written by the loop that is blocked.
  writeSync(1, `${line}\n`);
  process.kill(process.pid, "SIGKILL");
}, everyMs);
