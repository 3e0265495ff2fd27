import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { message, startInstallation } from "./installation.ts";
import { type Named, namedIn } from "./promql.ts";
import { scrape } from "./scrape.ts";

const DEPLOY = join(import.meta.dirname, "../../../deploy");

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(["critical", "warning"]) }),
          annotations: z.strictObject({ summary: z.string(), reason: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});

const Dashboard = z.object({
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string(),
      description: z.string().optional(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
});

const rules = Rules.parse(
  parse(await readFile(join(DEPLOY, "prometheus/hermod.rules.yaml"), "utf8")),
).groups.flatMap((group) => group.rules);
const { panels } = Dashboard.parse(JSON.parse(await readFile(join(DEPLOY, "grafana/hermod.json"), "utf8")));

const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr }))),
];

/** What Prometheus adds to each series, and what a histogram's series have. */
const ADDED = new Set(["instance", "job", "le"]);

/** Labels of what does not happen on a good day. */
const RARE = new Set(["currency", "from", "group", "quantile", "route", "what"]);

describe("what is deployed for operators", () => {
  /** Every name that real processes tell, after messages with every common fate. */
  let told: { names: Set<string>; labels: Map<string, Set<string>> };

  beforeAll(async () => {
    await using installation = await startInstallation({
      simulator: { plan: () => delivered(200) },
      workers: 0,
      pollers: 0,
    });
    const { hermod, start } = installation;
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    await start("poller", { PORT: `${ports[0]}` });
    await start("worker", { PORT: `${ports[1]}` });
    await start("ingress", { PORT: `${ports[2]}` });
    const none = message("2", { content: { template: "NONE", params: {} } });
    const results = await hermod.sendMany([message("1"), none]);
    await Promise.all(
      results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs: 20_000 })),
    );
    await waitUntil(
      "the poller to count",
      async () => (await scrape(ports[0])).sum("hermod_orders") !== undefined,
      {
        timeoutMs: 20_000,
        everyMs: 200,
      },
    );
    const scrapes = await Promise.all(ports.map(scrape));
    told = { names: new Set(scrapes.flatMap(({ names }) => [...names])), labels: new Map() };
    for (const { name, labels } of scrapes.flatMap(({ series }) => series)) {
      const known = told.labels.get(name) ?? new Set();
      told.labels.set(name, known.union(new Set(labels)));
    }
  }, 60_000);

  test.for(queries)("($where) asks only for what a process tells: $expr", ({ expr }) => {
    const { metrics, groupedBy, isWellFormed }: Named = namedIn(expr);
    expect(isWellFormed).toBe(true);
    expect(metrics.length).toBeGreaterThan(0);
    for (const { name, labels } of metrics) {
      expect(told.names).toContain(name);
      // What did not happen has no series yet, and so tells no labels.
      const known = told.labels.get(name);
      for (const label of known === undefined ? [] : labels) expect(known?.union(ADDED)).toContain(label);
    }
    const anywhere = new Set([...told.labels.values()].flatMap((labels) => [...labels]))
      .union(ADDED)
      .union(RARE);
    for (const label of groupedBy) expect(anywhere).toContain(label);
  });

  test("leaves no metric of ours out of the dashboard", () => {
    // Of a histogram, one of its three series tells enough.
    const metricOf = (series: string): string => series.replace(/_(?:bucket|sum|count)$/, "");
    const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namedIn(expr).metrics));
    const shown = new Set(asked.map(({ name }) => metricOf(name)));
    const ours = [...told.names].filter((name) => name.startsWith("hermod_")).map(metricOf);
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });
});

test("every alert says what is wrong, why its threshold is what it is, and what to do", () => {
  for (const { annotations } of rules) {
    const { summary, reason, action } = annotations;
    expect(Math.min(summary.length, reason.length, action.length)).toBeGreaterThan(20);
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

test("the panels of the dashboard lie beside one another, each with a title and what it shows", () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos }) => gridPos.x + gridPos.w))).toBeLessThanOrEqual(24);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { targets, description } of panels) {
    if (targets.length > 0) expect(description).toBeTruthy();
    for (const { legendFormat } of targets) expect(legendFormat).not.toBe("");
  }
});

test("the runbook knows every alert, and no other", async () => {
  const runbook = await readFile(join(DEPLOY, "../docs/operations.md"), "utf8");
  const known = [...runbook.matchAll(/^- \*\*(Hermod\w+)\*\*: /gm)].map(([, name = ""]) => name);
  expect(known.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
});
