import { z } from "zod";
import type { Random } from "./random.ts";

/** Chooses what becomes of a message, by the message and its own repeatable chance alone. */
export type ChoosePlan<Message, Plan> = (message: Message, random: Random) => Plan;

/** The plans of a provider, as somebody outside this process can name or write them. */
export interface Plans<Message, Plan> {
  /** Drawn by the seed. */
  readonly mixed: ChoosePlan<Message, Plan>;
  /** The same for each message, by name; the time is when the last of it comes true. */
  readonly named: Readonly<Record<string, (afterMs: number) => Plan>>;
  readonly written: z.ZodType<Plan>;
}

const DEFAULT_AFTER_MS = 2000;

/** Reads `mixed`, another name, a name with its time (`delivered:500`), or a plan in full. */
export function planSetting<Message, Plan>({
  mixed,
  named,
  written,
}: Plans<Message, Plan>): z.ZodType<ChoosePlan<Message, Plan>> {
  const byName = (name: string): ChoosePlan<Message, Plan> | undefined => {
    if (name === "mixed") return mixed;
    const [, word = "", ms = DEFAULT_AFTER_MS] = /^([a-z-]+)(?::(\d{1,9}))?$/.exec(name) ?? [];
    const plan = Object.hasOwn(named, word) ? named[word]?.(Number(ms)) : undefined;
    return plan === undefined ? undefined : () => plan;
  };
  return z.unknown().transform((given, context) => {
    if (typeof given === "string") {
      const found = byName(given);
      if (found !== undefined) return found;
      context.addIssue(`there is no plan ${given}`);
      return z.NEVER;
    }
    const read = written.safeParse(given);
    if (read.success) return () => read.data;
    for (const { path, message } of read.error.issues) context.addIssue({ code: "custom", path, message });
    return z.NEVER;
  });
}
