import { bitel } from "./bitel/simulation.ts";
import { etelecom } from "./etelecom/simulation.ts";
import type { Simulation } from "./simulation.ts";
import { ultroam } from "./ultroam/simulation.ts";
import { webcom } from "./webcom/simulation.ts";

/** Every provider that there is a simulator of. */
export const simulations = { etelecom, webcom, ultroam, bitel } satisfies Readonly<
  Record<string, Simulation>
>;
export type SimulatedProvider = keyof typeof simulations;
export const SIMULATED_PROVIDERS = Object.keys(simulations) as readonly SimulatedProvider[];
