import { type Hermod, HermodUnavailableError, type MessageView } from "@hermod/client";
import type { DemoAccount, PlannedMessage } from "./mix.ts";
import type { Told } from "./truth.ts";

/** A message that was handed over, and what is known of it; without a view it is queued. */
export interface FollowedMessage extends Told {
  readonly account: DemoAccount;
  readonly view: MessageView | undefined;
}

/** What was handed over, and what is known of each message. */
export interface Following {
  add(message: PlannedMessage, id: string): void;
  /** Asks for the messages that are not final yet: the ones looked at longest ago, when there are many. */
  look(): Promise<void>;
  messages(): readonly FollowedMessage[];
  open(): number;
}

/** Messages asked for in one look, and at once: the demo must not take the machine from those it shows. */
const MOST_IN_A_LOOK = 500;
const AT_ONCE = 100;

export function openFollowing(hermod: Hermod): Following {
  const followed = new Map<string, FollowedMessage>();
  // A set keeps the order of entry: who was looked at goes to the end.
  const open = new Set<string>();

  const lookAt = async (id: string): Promise<void> => {
    const view = await hermod.get(id);
    const message = followed.get(id);
    open.delete(id);
    if (message !== undefined && view !== undefined) followed.set(id, { ...message, view });
    if (view === undefined || !view.final) open.add(id);
  };

  return {
    add({ account, code }, id) {
      followed.set(id, { id, account, code, view: undefined });
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
    messages: () => [...followed.values()],
    open: () => open.size,
  };
}
