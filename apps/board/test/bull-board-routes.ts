import { createBullBoard } from "@bull-board/api";
import type { AppControllerRoute, AppViewRoute, IServerAdapter } from "@bull-board/api/typings/app";
import { CALLBACK_QUEUE, CALLBACKS } from "./seeded-callbacks.ts";
import { JOBS, QUEUE } from "./seeded-redis.ts";

/** A route as Bull Board registers it. */
export interface Route {
  readonly method: string;
  readonly route: string;
}

/** Every route that the installed version has, out of its own hands. */
export function routesOfBullBoard(): Route[] {
  const found: Route[] = [];
  const note = ({ method, route }: AppControllerRoute | AppViewRoute): void => {
    for (const one of [method].flat())
      for (const path of [route].flat()) found.push({ method: one.toUpperCase(), route: path });
  };
  const recorder: IServerAdapter = {
    setQueues: () => recorder,
    setViewsPath: () => recorder,
    setStaticPath: () => recorder,
    setUIConfig: () => recorder,
    setErrorHandler: () => recorder,
    setEntryRoute(route) {
      note(route);
      return recorder;
    },
    setApiRoutes(routes) {
      routes.forEach(note);
      return recorder;
    },
  };
  createBullBoard({ queues: [], serverAdapter: recorder });
  return found;
}

/** The addresses that a route stands for in a seeded Redis, one for each queue and job where it is about one. */
export function addressesOf({ route }: Route): string[] {
  const queues = route.includes(":queueName") ? [QUEUE, CALLBACK_QUEUE] : [""];
  const states = route.includes(":queueStatus") ? ["completed", "failed", "delayed"] : [""];
  return queues.flatMap((queue) => {
    const path = route.replace(":queueName", queue).replace(":schedulerId", "scheduler");
    const jobs = path.includes(":jobId") ? (queue === QUEUE ? JOBS : CALLBACKS) : [""];
    return jobs.flatMap((job) =>
      states.map((state) => `/queues${path.replace(":jobId", job).replace(":queueStatus", state)}`),
    );
  });
}

/** One body that satisfies every route that takes one. */
export const ANY_BODY = JSON.stringify({
  ...{ name: "send", data: { v: 1, ids: [] }, jobData: {}, options: {}, opts: {}, delay: 1, priority: 1 },
  ...{ concurrency: 1, max: 1, duration: 1, force: true, every: 1000, runAt: 1, value: 1 },
});
