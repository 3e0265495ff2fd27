import type { FollowingFigures } from "@hermod/core/polling/following-figures";
import { Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Routes of an account that are told, those with the most finals first. */
const ROUTES = 20;

type Shown = ReadonlyMap<string, FollowingFigures>;
type Rows = readonly (readonly [labels: Readonly<Record<string, string>>, value: number | undefined])[];

/** Shows how accounts are followed and what they taught, as it was read last. Every poller reads the same. */
export function followingMetrics({ registry, labelsOf }: Metrics): (figures: Shown) => void {
  const ACCOUNT = ["account", "provider"];
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames: [...ACCOUNT, ...labelNames], registers: [registry] });
  const toFinal = gauge(
    "hermod_route_final_seconds",
    "Learned age at which half, and 95 %, of the messages that become final have done so.",
    ["route", "quantile"],
  );
  const never = gauge("hermod_route_never_final_ratio", "Learned share that never becomes final.", ["route"]);
  const finals = gauge("hermod_route_finals", "Finals that this was learned from.", ["route"]);
  const requests = gauge(
    "hermod_status_requests_per_message",
    "Status requests so far for each message that they found final.",
    [],
  );
  const lag = gauge(
    "hermod_status_lag_seconds",
    "How long finals lay unnoticed on average, where the provider tells when they came.",
    [],
  );
  const missing = gauge(
    "hermod_push_missing_ratio",
    "Learned share of final reports that are not pushed.",
    [],
  );
  const resting = gauge("hermod_status_resting", "1 while an account is not asked after a refusal.", [
    "code",
  ]);

  return (figures) => {
    const show = (shown: Gauge, rowsOf: (account: FollowingFigures) => Rows): void => {
      shown.reset();
      for (const [account, of] of figures) {
        for (const [labels, value] of rowsOf(of))
          if (value !== undefined) shown.set({ ...labelsOf(account), ...labels }, value);
      }
    };
    const first = ({ routes }: FollowingFigures) => routes.slice(0, ROUTES);
    show(toFinal, (of) =>
      first(of).flatMap(({ route, p50Ms, p95Ms }) => [
        [{ route, quantile: "0.5" }, seconds(p50Ms)],
        [{ route, quantile: "0.95" }, seconds(p95Ms)],
      ]),
    );
    show(never, (of) => first(of).map(({ route, neverShare }) => [{ route }, neverShare]));
    show(finals, (of) => first(of).map(({ route, finals: count }) => [{ route }, count]));
    show(requests, ({ requestsPerMessage }) => [[{}, requestsPerMessage]]);
    show(lag, ({ meanLagMs }) => [[{}, seconds(meanLagMs)]]);
    show(missing, ({ pushesMissing }) => [[{}, pushesMissing]]);
    show(resting, ({ pause }) => [[{ code: pause?.code ?? "" }, pause === undefined ? 0 : 1]]);
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
