import { METRICS_TYPE, type Metrics } from "./metrics.ts";

/** What a process tells about itself to whoever runs it. */
export interface Health {
  /** What is wrong with a process that should be replaced, in one sentence; nothing while it lives. */
  readonly wrong: () => string | undefined;
  /** What is missing to take work; nothing when it is ready. */
  readonly missing: () => string | undefined;
  readonly metrics: Metrics;
}

export interface HealthAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = "text/plain; charset=utf-8";

/** Answers `/live`, `/ready` and `/metrics`; undefined for any other path. */
export async function healthAnswer(health: Health, path: string): Promise<HealthAnswer | undefined> {
  switch (path) {
    case "/live":
      return answer(health.wrong(), "live");
    case "/ready":
      return answer(health.missing(), "ready");
    case "/metrics":
      return await metricsAnswer(health.metrics);
    default:
      return undefined;
  }
}

/** A figure that cannot be read is a bug, and none that a process should die of. */
async function metricsAnswer(metrics: Metrics): Promise<HealthAnswer> {
  return await metrics.text().then(
    (body) => ({ status: 200, type: METRICS_TYPE, body }),
    () => ({ status: 500, type: TEXT, body: "the figures cannot be read\n" }),
  );
}

function answer(trouble: string | undefined, good: string): HealthAnswer {
  return { status: trouble === undefined ? 200 : 503, type: TEXT, body: `${trouble ?? good}\n` };
}
