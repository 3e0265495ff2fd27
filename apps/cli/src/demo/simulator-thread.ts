import { parentPort, workerData } from "node:worker_threads";
import type { SimulatedProvider } from "@hermod/simulator/registry";
import { demoProviders } from "./demo-providers.ts";

const { seed, providers } = workerData as {
  readonly seed: number;
  readonly providers: readonly SimulatedProvider[];
};

const simulators = await Promise.all(
  providers.map(async (provider) => [provider, await demoProviders[provider].start(seed)] as const),
);
// Whatever is asked, the answer is the whole truth.
parentPort?.on("message", () =>
  parentPort?.postMessage(simulators.map(([provider, { log }]) => [provider, log])),
);
parentPort?.postMessage(
  simulators.map(([provider, simulator]) => [
    provider,
    "baseUrl" in simulator ? simulator.baseUrl : simulator.url,
  ]),
);
