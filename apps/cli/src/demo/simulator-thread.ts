import { parentPort, workerData } from "node:worker_threads";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { type ChooseFault, tooManyRequests } from "@hermod/simulator/faults";
import { kindOf, otpOf, planOf } from "./mix.ts";

/** A 429 for the first request of each chosen message, and never again for it. */
function throttleOnce(): ChooseFault {
  const done = new Set<string>();
  return ({ operation, fields }) => {
    const otp = otpOf(fields) ?? "";
    if (operation !== "send" || kindOf(otp) !== "throttled" || done.has(otp)) return undefined;
    done.add(otp);
    return tooManyRequests(1);
  };
}

const simulator = await startEtelecom({
  seed: Number(workerData),
  plan: ({ params }, random) => planOf(kindOf(params["otp"] ?? ""), random),
  fault: throttleOnce(),
});
// Whatever is asked, the answer is the whole truth.
parentPort?.on("message", () => parentPort?.postMessage(simulator.log));
parentPort?.postMessage(simulator.url);
