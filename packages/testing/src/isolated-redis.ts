import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    redisUrl: string;
  }
}

export interface IsolatedRedis {
  readonly url: string;
  /** What all keys of one test begin with. */
  readonly namespace: string;
}

/** The Redis of the run, with a namespace that no other test has. */
export function isolatedRedis(): IsolatedRedis {
  return { url: inject("redisUrl"), namespace: `test-${crypto.randomUUID().slice(0, 8)}` };
}
