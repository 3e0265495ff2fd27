import { parentPort, workerData } from "node:worker_threads";
import type { SimulatedProvider } from "@hermod/simulator/registry";
import { demoProviders } from "./demo-providers.ts";

const { seed, providers, pushUrls } = workerData as {
  readonly seed: number;
  readonly providers: readonly SimulatedProvider[];
  readonly pushUrls: ReadonlyMap<SimulatedProvider, string>;
};

const simulators = await Promise.all(
  providers.map(
    async (provider) =>
      [provider, await demoProviders[provider].start(seed, pushUrls.get(provider))] as const,
  ),
);
// Whatever is asked, the answer is the whole truth.
parentPort?.on("message", () =>
  parentPort?.postMessage(
    simulators.map(([provider, { log, pushed = [] }]) => {
      const pushes = pushed.filter(({ answered }) => answered === 200).length;
      return [provider, { ...log, pushes }];
    }),
  ),
);
parentPort?.postMessage(
  simulators.map(([provider, simulator]) => [
    provider,
    "baseUrl" in simulator ? simulator.baseUrl : simulator.url,
  ]),
);
