/**
 * Draws what following a message costs against how late its final state is noticed, for this policy and for the usual designs, all on
 * the same traces, and writes it to docs/polling.svg.
 */
import { writeFileSync } from "node:fs";
import { type Figures, figuresOf } from "../src/polling/figures.ts";
import { play } from "../src/polling/judge.ts";
import { SCENARIOS, type ScenarioName } from "../src/polling/scenarios.ts";
import { exponentialBackoff, followByTimer, type Waits } from "../src/polling/static-schedule.ts";
import { generateTrace, type Trace } from "../src/polling/trace.ts";
import type { StatusPollerSettings } from "../src/status-poller.ts";
import { drawPanels, type Line, type Panel } from "./draw-panels.ts";

const SEED = 1001;
const COLOURS = {
  hermod: "#1a5fb4",
  economy: "#26a269",
  backoff: "#c01c28",
  ticks: "#e08a00",
  fixed: "#865e3c",
};

const COLUMNS: readonly (readonly [ScenarioName, string])[] = [
  ["single", "1 message per request, 1 message/s"],
  ["batch 32", "32 per request, 2 messages/s"],
  ["batch 100", "100 per request, 50 messages/s"],
];

interface Series {
  readonly name: string;
  readonly colour: string;
  /** Which of the figures is that of the usual setting. */
  readonly usual: number;
  readonly figures: readonly Figures[];
}

const fixed =
  (seconds: number): Waits =>
  () =>
    seconds;
const backoffUpTo =
  (most: number): Waits =>
  (check) =>
    Math.min(most, exponentialBackoff(check));

function seriesOf(trace: Trace): Series[] {
  const follow = (settings: StatusPollerSettings): Figures => figuresOf(trace, play(trace, SEED, settings));
  const factors = [4, 2, 1, 0.5, 0.25];
  const timers: Series[] = [
    {
      name: "a status job per message, fixed interval",
      colour: COLOURS.fixed,
      usual: 1,
      figures: [120, 30, 10].map((seconds) => followByTimer(trace, fixed(seconds))),
    },
    {
      name: "a status job per message, exponential backoff",
      colour: COLOURS.backoff,
      usual: 1,
      figures: [1800, 600, 150, 40].map((most) => followByTimer(trace, backoffUpTo(most))),
    },
  ];
  const ticks: Series = {
    name: "backoff, checks share requests every 30, 5 or 1 s",
    colour: COLOURS.ticks,
    usual: 1,
    figures: [30, 5, 1].map((seconds) => followByTimer(trace, exponentialBackoff, seconds)),
  };
  const planned: Series[] = [
    {
      name: "Hermod, prices × 4 to ¼",
      colour: COLOURS.hermod,
      usual: 2,
      figures: factors.map((priceFactor) => follow({ priceFactor })),
    },
    {
      name: "Hermod in economy",
      colour: COLOURS.economy,
      usual: 2,
      figures: factors.map((priceFactor) => follow({ priceFactor, relGap: 0.05 })),
    },
  ];
  return [...timers, ...(trace.scenario.batch > 1 ? [ticks] : []), ...planned];
}

function panelOf(
  title: string,
  yTitle: string,
  series: readonly Series[],
  y: (figures: Figures) => number,
): Panel {
  const lines: Line[] = series.map(({ name, colour, usual, figures }) => {
    return { name, colour, ring: usual, points: figures.map((each) => [each.requestsPerMessage, y(each)]) };
  });
  return { title, xTitle: "status requests per message", yTitle, lines };
}

const columns = COLUMNS.map(([name, title]) => {
  const series = seriesOf(generateTrace(SCENARIOS[name], SEED));
  const [, backoff] = series;
  const usual = backoff?.figures[backoff.usual];
  const ours = series.find(({ colour }) => colour === COLOURS.hermod)?.figures[2];
  if (usual !== undefined && ours !== undefined) {
    const ratio = (figure: keyof Figures): string => (ours[figure] / usual[figure]).toPrecision(3);
    const parts = [`requests ÷ ${ratio("requestsPerMessage")}`, `mean lag ÷ ${ratio("meanLag")}`];
    console.log(`${title}: ${parts.join(", ")}, p95 lag ÷ ${ratio("p95Lag")}`);
  }
  return [
    panelOf(title, "mean lag, s", series, ({ meanLag }) => meanLag),
    panelOf(title, "p95 lag, s", series, ({ p95Lag }) => p95Lag),
  ] as const;
});

const rows = [columns.map(([mean]) => mean), columns.map(([, p95]) => p95)];
writeFileSync(new URL("../../../docs/polling.svg", import.meta.url), drawPanels(rows));
