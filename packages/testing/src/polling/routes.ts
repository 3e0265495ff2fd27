import type { SeededRandom } from "./seeded-random.ts";

/** How long a message is valid at the provider. */
const VALIDITY_SECONDS = 86_400;
/** When nobody asks about a message any more. */
export const GIVE_UP_SECONDS = VALIDITY_SECONDS + 3600;

/** One way that messages of a route go. Times are in seconds. */
type Way =
  | { readonly kind: "delivered"; readonly median: number; readonly sigma: number; readonly after?: number }
  /** The network tries again at fixed times. */
  | { readonly kind: "retried" }
  | { readonly kind: "never" };

interface Branch {
  readonly share: number;
  readonly way: Way;
}

const NEVER: Way = { kind: "never" };

function delivered(share: number, median: number, sigma: number, after = 0): Branch {
  return { share, way: { kind: "delivered", median, sigma, after } };
}

/** Routes as they are met with: mixtures of ways. The first branch is the healthy one. */
const ROUTES = {
  good: [
    delivered(0.9, 3.5, 0.55),
    delivered(0.06, 20, 0.9),
    delivered(0.025, 5400, 1.3),
    delivered(0.012, 1.2, 0.5),
    { share: 0.003, way: NEVER },
  ],
  mixed: [
    delivered(0.78, 5, 0.6),
    delivered(0.1, 45, 1),
    delivered(0.08, 7200, 1.4),
    delivered(0.035, 2, 0.6),
    { share: 0.005, way: NEVER },
  ],
  poor: [
    delivered(0.5, 9, 0.7),
    delivered(0.25, 120, 1.1),
    delivered(0.18, 10_800, 1.3),
    delivered(0.06, 3, 0.6),
    { share: 0.01, way: NEVER },
  ],
  /** Reports come late and in bulk. */
  slow: [
    delivered(0.92, 600, 0.6),
    delivered(0.05, 7200, 1.2),
    delivered(0.025, 2, 0.5),
    { share: 0.005, way: NEVER },
  ],
  /** After two minutes a second channel is tried. */
  cascade: [
    delivered(0.58, 3, 0.5),
    delivered(0.35, 5, 0.6, 120),
    delivered(0.05, 7200, 1.3),
    delivered(0.015, 1.5, 0.5),
    { share: 0.005, way: NEVER },
  ],
  retry: [
    delivered(0.8, 4, 0.5),
    { share: 0.17, way: { kind: "retried" } },
    delivered(0.02, 1.5, 0.5),
    { share: 0.01, way: NEVER },
  ],
} satisfies Record<string, readonly Branch[]>;

export type RouteName = keyof typeof ROUTES;

const RETRIES_SECONDS = [60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 64_800];
const RETRY_SUCCESS = 0.45;
const SOONEST_SECONDS = 0.2;

/** Draws the seconds from sending to the final report; infinite when there is none. `scale` stretches the healthy branch. */
export function drawDelay(random: SeededRandom, route: RouteName, scale: number): number {
  const branches: readonly Branch[] = ROUTES[route];
  const index = random.pick(branches.map(({ share }) => share));
  const way = branches[index]?.way ?? NEVER;
  const drawn = delayOf(random, way, index === 0 ? scale : 1);
  if (drawn === Number.POSITIVE_INFINITY) return drawn;
  // Soon after its validity the network reports a message as expired.
  return drawn > VALIDITY_SECONDS
    ? VALIDITY_SECONDS + 30 + 270 * random.uniform()
    : Math.max(SOONEST_SECONDS, drawn);
}

function delayOf(random: SeededRandom, way: Way, scale: number): number {
  switch (way.kind) {
    case "delivered":
      return (way.after ?? 0) + random.logNormal(way.median, way.sigma) * scale;
    case "retried": {
      const retrySeconds = RETRIES_SECONDS.find(() => random.uniform() < RETRY_SUCCESS);
      return retrySeconds === undefined ? VALIDITY_SECONDS + 1 : retrySeconds + random.logNormal(4, 0.5);
    }
    case "never":
      return Number.POSITIVE_INFINITY;
    default:
      return way satisfies never;
  }
}
