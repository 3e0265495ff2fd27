import { test } from "vitest";
import { playMany } from "./many-schedules.ts";

test("once nothing goes wrong any more, every message comes to the end that the provider's own log demands", {
  timeout: 240_000,
}, async () => {
  await playMany("liveness", 50_000);
});
