import { playSchedule } from "./schedule.ts";

/** Shows the course of one schedule: `replay.ts <safety|liveness> <seed>`. */
const [mode = "", seed = ""] = process.argv.slice(2);
if ((mode !== "safety" && mode !== "liveness") || !/^\d+$/.test(seed)) {
  console.error("usage: replay.ts <safety|liveness> <seed>");
  process.exit(2);
}
console.log(`${playSchedule(mode, Number(seed), console.log)} events, and every promise was kept`);
