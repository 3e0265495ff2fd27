import type { SimulatedProvider } from "@hermod/simulator/registry";
import type { DemoProvider } from "./demo-provider.ts";
import { bitel } from "./providers/bitel.ts";
import { etelecom } from "./providers/etelecom.ts";
import { ultroam } from "./providers/ultroam.ts";
import { webcom } from "./providers/webcom.ts";

/** Every provider's part in the demo. */
export const demoProviders: Readonly<Record<SimulatedProvider, DemoProvider>> = {
  etelecom,
  webcom,
  ultroam,
  bitel,
};
