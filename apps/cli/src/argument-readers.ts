import { InvalidArgumentError } from "@commander-js/extra-typings";
import { SIMULATED_PROVIDERS, type SimulatedProvider } from "@hermod/simulator/registry";

/** Reads a whole number within bounds. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Collects `<key>=<value>` of an option that may be given often. */
export function keyAndValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be <key>=<value>.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** Collects the providers that an option names, with commas or by being given often. */
export function providers(
  text: string,
  before: readonly SimulatedProvider[] = [],
): readonly SimulatedProvider[] {
  const named = text.split(",").map((name) => {
    const known = SIMULATED_PROVIDERS.find((provider) => provider === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`It must be of: ${SIMULATED_PROVIDERS.join(", ")}.`);
  });
  return [...new Set([...before, ...named])];
}

/**
 * Collects `<field>=<value>` of an option that may be given often: a dot in the field leads into an object, and a value is JSON
 * where it can be read as such.
 */
export function setting(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be <field>=<value>.");
  return withSetting(before, text.slice(0, at).split("."), jsonOrText(text.slice(at + 1)));
}

function withSetting(
  settings: Readonly<Record<string, unknown>>,
  [field = "", ...deeper]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inside = settings[field];
  const fields = typeof inside === "object" && inside !== null ? { ...inside } : {};
  return { ...settings, [field]: deeper.length === 0 ? value : withSetting(fields, deeper, value) };
}

/** A value that is JSON, or else its text. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A fault for a share of an operation's requests, as the simulators read it. */
export interface FaultArgument {
  readonly operation: string;
  readonly fault: string;
  readonly share: number;
}

/** Collects `<operation>=<fault>[@<share>]` of an option that may be given often. */
export function faultShare(text: string, before: readonly FaultArgument[] = []): readonly FaultArgument[] {
  const [, operation, fault, share = "1"] = /^(\w+)=([^@]+)(?:@([\d.]+))?$/.exec(text) ?? [];
  if (operation === undefined || fault === undefined)
    throw new InvalidArgumentError("It must be <operation>=<fault> or <operation>=<fault>@<share>.");
  return [...before, { operation, fault, share: Number(share) }];
}
