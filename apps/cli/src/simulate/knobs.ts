import { Help } from "@commander-js/extra-typings";
import { type SimulatedProvider, simulations } from "@hermod/simulator/registry";
import type { Simulation } from "@hermod/simulator/simulation";
import { z } from "zod";
import { formOf, type JsonSchema } from "./form.ts";

export const HELP_WIDTH = 110;

const TERM_WIDTH = 13;
const help = new Help();
help.helpWidth = HELP_WIDTH;

/** Everything that can be set, in lines: of one provider, or of all. */
export function knobs(provider?: SimulatedProvider): string[] {
  const shown = Object.entries(simulations).filter(([name]) => provider === undefined || name === provider);
  return [
    ...shown.flatMap(([name, simulation]) => [...knobsOf(name, simulation), ""]),
    "In brackets: what holds where nothing is set. Each field is explained beside the contract, in",
    "packages/simulator/src/<provider>. GET /_sim of what runs tells what can be looked at and changed meanwhile.",
    ...(provider === undefined ? ["With --provider <name>, --help tells of that one alone."] : []),
  ];
}

function knobsOf(name: string, simulation: Simulation): string[] {
  const { title, plans, writtenPlan, faults, views, levers } = simulation;
  const fault = "{ operation: send | status | balance, fault: <name> | {…} | null, times?: number }";
  return [
    `${name}: ${title}`,
    item("--plan", `${plans.join(", ")}; with a time ${plans[1]}:500`),
    item("", `or in full, as JSON: ${formOf(jsonSchemaOf(writtenPlan))}`),
    item("--fault", `send | status | balance, = and one of: ${faults.join(", ")}`),
    ...settingsOf(simulation).map((line, index) => item(index === 0 ? "--set" : "", line)),
    item("GET /_sim/", ["log", "summary", ...views].join(", ")),
    item("POST /_sim/", `fault ${fault}: what the next requests of an operation meet`),
    ...Object.entries(levers).map(([lever, { about, input }]) =>
      item("", `${lever} ${formOf(jsonSchemaOf(input))}: ${about}`),
    ),
  ];
}

function item(term: string, description: string): string {
  return help.formatItem(term, TERM_WIDTH, description, help);
}

/** A line for each field, those of an object by their path. */
function settingsOf({ settings, defaults }: Simulation): string[] {
  const lines = (schema: JsonSchema, values: unknown, path: readonly string[]): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
      const value = valueIn(values, name);
      if (field.properties !== undefined) return lines(field, value, [...path, name]);
      const preset = value === undefined ? "" : ` (${valueText(value)})`;
      return `${[...path, name].join(".")} = ${formOf(field)}${preset}`;
    });
  return lines(jsonSchemaOf(settings), defaults, []);
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

function valueIn(values: unknown, name: string): unknown {
  return typeof values === "object" && values !== null
    ? Object.entries(values).find(([key]) => key === name)?.[1]
    : undefined;
}

function valueText(value: unknown): string {
  if (value === Number.POSITIVE_INFINITY) return "unlimited";
  if (value instanceof RegExp) return value.source;
  return JSON.stringify(value, (_, inner) => (inner instanceof RegExp ? inner.source : inner));
}
