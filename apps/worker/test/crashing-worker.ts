import { failStart } from "@hermod/service/run-process";
import { runWorker } from "../src/main.ts";

/**
 * The worker as it is, but that the orders of some accounts are too much for it: those of `poison` end the process before their
 * message is begun, and the first of `busy` keeps its event loop busy, between the intent and the write, for longer than lease and lock.
 */
const BUSY_MS = 7000;
let wasBusy = false;

runWorker(async (account, point) => {
  if (account === "poison" && point === "send-reserved") process.abort();
  if (account !== "busy" || point !== "send-begun" || wasBusy) return;
  wasBusy = true;
  console.log('{"msg":"busy"}');
  const until = performance.now() + BUSY_MS;
  while (performance.now() < until);
  console.log('{"msg":"busy no more"}');
}).catch(failStart);
