import { test } from "vitest";
import { playMany } from "./many-schedules.ts";

test("whatever goes wrong for ever, no message is lost, written twice without proof, or said to be what it is not", {
  timeout: 240_000,
}, async () => {
  await playMany("safety", 50_000);
});
