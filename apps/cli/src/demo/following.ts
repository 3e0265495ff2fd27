import { type Hermod, HermodUnavailableError, type MessageView } from "@hermod/client";
import type { State } from "@hermod/core/state";
import { tally } from "./figures.ts";
import type { PlannedMessage } from "./mix.ts";
import type { Told } from "./truth.ts";

/** What was handed over, and what is known of each message. */
export interface Following {
  add(message: PlannedMessage, id: string): void;
  /** Asks for the messages that are not final yet: the ones looked at longest ago, when there are many. */
  look(): Promise<void>;
  told(): Told[];
  views(): MessageView[];
  /** Messages by state; one that was just handed over is queued. */
  states(): ReadonlyMap<State, number>;
  open(): number;
  count(): number;
}

/** Messages asked for in one look, and at once: the demo must not take the machine from those it shows. */
const MOST_IN_A_LOOK = 500;
const AT_ONCE = 100;

export function openFollowing(hermod: Hermod): Following {
  interface Entry {
    readonly otp: string;
    view?: MessageView;
  }
  const entries = new Map<string, Entry>();
  // A set keeps the order of entry: who was looked at goes to the end.
  const open = new Set<string>();

  const lookAt = async (id: string): Promise<void> => {
    const view = await hermod.get(id);
    const entry = entries.get(id);
    open.delete(id);
    if (entry !== undefined && view !== undefined) entry.view = view;
    if (view === undefined || !view.final) open.add(id);
  };

  return {
    add({ otp }, id) {
      entries.set(id, { otp });
      open.add(id);
    },
    async look() {
      const ids = [...open].slice(0, MOST_IN_A_LOOK);
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const looks = await Promise.allSettled(ids.slice(start, start + AT_ONCE).map(lookAt));
        const failed = looks.find((result) => result.status === "rejected")?.reason;
        // Redis is away for a moment: the next look will tell.
        if (failed !== undefined && !(failed instanceof HermodUnavailableError)) throw failed;
      }
    },
    told: () => [...entries].map(([id, { otp, view }]) => ({ id, otp, view })),
    views: () => [...entries.values()].flatMap(({ view }) => view ?? []),
    states: () => tally([...entries.values()].map(({ view }): State => view?.state ?? "queued")),
    open: () => open.size,
    count: () => entries.size,
  };
}
