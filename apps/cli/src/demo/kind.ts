import type { MessageInput } from "@hermod/client";
import type { ChooseFault, Fault } from "@hermod/simulator/faults";
import type { Random } from "@hermod/simulator/random";
import { codeIn, kindIn } from "./code.ts";

/** Where a message goes and what it says. */
export type Letter = Pick<MessageInput, "to" | "content">;

/** A kind of message: those of it have the same fate at the provider. */
export interface Kind<Plan = unknown> {
  /** Of the account's messages; the kind without one has all that the others leave over. */
  readonly share?: number;
  /** The most of it in a mix, however large: it hinders the others. */
  readonly most?: number;
  /** What becomes of it once it is accepted. */
  readonly plan: (random: Random) => Plan;
  /** What the first request with it meets, and no later one. */
  readonly once?: Fault;
  /** What about it makes the provider refuse it. */
  readonly letter?: (code: string) => Partial<Letter>;
  /** Nobody is ever told how it ended: that shows only at the horizon. */
  readonly neverFinal?: true;
}

/** The kinds of one provider, by the name that their codes begin with. */
export type Kinds<Plan = unknown> = Readonly<Record<string, Kind<Plan>>>;

/** Plans each message by the kind that its code names; a message without one, sent by hand, is delivered. */
export function planByKind<Plan>(
  kinds: Kinds<Plan> & { readonly delivered: Kind<Plan> },
): (message: unknown, random: Random) => Plan {
  return (message, random) => (kindOf(kinds, codeIn(message)) ?? kinds.delivered).plan(random);
}

/** Lets the first send request of a message meet what its kind says. */
export function onceByKind(kinds: Kinds): ChooseFault {
  const done = new Set<string>();
  return ({ operation, body }) => {
    const code = codeIn(body);
    const once = kindOf(kinds, code)?.once;
    if (operation !== "send" || code === undefined || once === undefined || done.has(code)) return undefined;
    done.add(code);
    return once;
  };
}

function kindOf<Plan>(kinds: Kinds<Plan>, code: string | undefined): Kind<Plan> | undefined {
  const name = code === undefined ? "" : kindIn(code);
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

/** Milliseconds until a report, as the demo has time for. */
export const soon = between(300, 2000);
export const late = between(2500, 4000);

function between(least: number, most: number): (random: Random) => number {
  return (random) => Math.floor(least + random() * (most - least));
}
