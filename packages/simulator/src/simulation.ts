import { z } from "zod";
import { chooseByShare, faultShares } from "./fault-share.ts";
import { COMMON_FAULTS, type Fault } from "./faults.ts";
import type { AcceptedMessage } from "./ground-truth.ts";
import { bound, type Lever, lever } from "./lever.ts";
import { type ChoosePlan, type Plans, planSetting } from "./plan-setting.ts";
import type { ServerOptions, Simulator } from "./server.ts";

/** A provider's simulator as somebody outside this process starts and drives it: everything is named, or plain data. */
export interface Simulation {
  /** Whose API it is. */
  readonly title: string;
  /** The fields of the contract that can be set. */
  readonly settings: z.ZodType;
  /** The contract that holds where nothing is set. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Names of what can become of messages, and the form of one that has no name. */
  readonly plans: readonly string[];
  readonly writtenPlan: z.ZodType;
  /** Names of what can go wrong with a request. */
  readonly faults: readonly string[];
  /** What can be looked at and changed while it runs, beside the log and the faults (`Controls`). */
  readonly views: readonly string[];
  readonly levers: Readonly<Record<string, Pick<Lever<never>, "about" | "input">>>;
  /** Starts it; throws a `SimulationError` that names every option that is wrong. */
  start(options: SimulationOptions): Promise<RunningSimulation>;
}

/** What is `unknown` here is as it came in: it is checked at the start. */
export interface SimulationOptions extends Pick<ServerOptions, "host" | "port" | "tls"> {
  readonly seed: number;
  /** Fields of the contract. */
  readonly settings?: unknown;
  /** As `planSetting` reads it; `mixed` when absent. */
  readonly plan?: unknown;
  /** As `faultShares` reads them. */
  readonly faults?: unknown;
}

export interface RunningSimulation extends AsyncDisposable {
  readonly url: string;
  /** What a client is configured with. */
  readonly baseUrl: string;
  /** The contract that holds. */
  readonly contract: Readonly<Record<string, unknown>>;
}

/** No simulator can be started with these options. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}

/** What makes a provider's simulator one that can be driven from outside. */
interface SimulationParts<Set extends object, Message, Plan, Running extends Simulator<AcceptedMessage>>
  extends Pick<Simulation, "title" | "defaults"> {
  readonly settings: z.ZodType<Set>;
  readonly plans: (settings: Set) => Plans<Message, Plan>;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly views: Readonly<Record<string, (running: Running) => unknown>>;
  readonly levers: Readonly<Record<string, Lever<Running>>>;
  start(
    options: Set & ServerOptions & { readonly seed: number; readonly plan: ChoosePlan<Message, Plan> },
  ): Promise<Running>;
}

export function simulation<Set extends object, Message, Plan, Running extends Simulator<AcceptedMessage>>(
  parts: SimulationParts<Set, Message, Plan, Running>,
): Simulation {
  const { title, defaults, settings, views } = parts;
  const faults = { ...COMMON_FAULTS, ...parts.faults };
  const plans = parts.plans(settings.parse({}));
  return {
    title,
    defaults,
    settings,
    plans: ["mixed", ...Object.keys(plans.named)],
    writtenPlan: plans.written,
    faults: Object.keys(faults),
    views: Object.keys(views),
    levers: { plan: planLever(plans), ...parts.levers },
    async start({ seed, settings: wishes = {}, plan = "mixed", faults: shares = [], ...place }) {
      const set = read("settings", settings, wishes);
      const plansHere = parts.plans(set.data ?? settings.parse({}));
      const chosen = read("plan", planSetting(plansHere), plan);
      const mix = read("faults", faultShares(faults), shares);
      if (set.data === undefined || chosen.data === undefined || mix.data === undefined)
        throw new SimulationError([set, chosen, mix].flatMap(({ problems }) => problems).join("\n"));
      let current = chosen.data;
      const setPlan = (next: ChoosePlan<Message, Plan>): void => {
        current = next;
      };
      const running: Running = await parts.start({
        ...set.data,
        ...place,
        seed,
        plan: (message, random) => current(message, random),
        fault: chooseByShare(seed, mix.data, faults),
        namedFaults: parts.faults,
        controls: {
          views: mapped(views, (view) => () => view(running)),
          levers: {
            plan: bound(planLever(plansHere), () => setPlan),
            ...mapped(parts.levers, (one) => bound(one, () => running)),
          },
        },
      });
      return {
        url: running.url,
        baseUrl: "baseUrl" in running ? String(running.baseUrl) : running.url,
        contract: { ...defaults, ...set.data },
        [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
      };
    },
  };
}

function planLever<Message, Plan>(
  plans: Plans<Message, Plan>,
): Lever<(plan: ChoosePlan<Message, Plan>) => void> {
  const input = z.strictObject({ plan: planSetting(plans) });
  return lever("what becomes of the messages that are taken from now on", input, (set, { plan }) =>
    set(plan),
  );
}

function read<T>(
  what: string,
  schema: z.ZodType<T>,
  value: unknown,
): { readonly data?: T; readonly problems: readonly string[] } {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return { data, problems: [] };
  return { problems: error.issues.map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`) };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
