import { randomBytes } from "node:crypto";
import { openFollowing } from "./following.ts";
import { handOverLoad, handOverMix } from "./hand-over.ts";
import type { Interrupts } from "./interrupts.ts";
import { invitation } from "./invitation.ts";
import { mixOf } from "./mix.ts";
import { allAgree, report } from "./report.ts";
import type { Screen } from "./screen.ts";
import { HORIZON_MS, openStage } from "./stage.ts";
import { compare } from "./truth.ts";
import { openWatching } from "./watching.ts";

export interface DemoOptions {
  readonly messages: number;
  readonly seed: number;
  readonly keep: boolean;
}

/** Long enough for a message of a worker that was killed, whose order is found again only when its lock has ended. */
const EXPIRES_MS = 20_000;
/** After the last message was handed over: its expiry, the horizon, and some time for a slow machine. */
const DRAIN_MS = EXPIRES_MS + HORIZON_MS + 7000;
/** How many times the least time that the mix needs at the limit a slow machine may take. */
const PATIENCE = 3;
/** The urgent messages come while the others still wait: only then can it be seen that they need not. */
const URGENT_SHARE = 0.8;

/** Shows the whole walk. Returns 0 when every message ended as the provider's log demands, else 1. */
export async function runDemo(options: DemoOptions, screen: Screen, interrupts: Interrupts): Promise<number> {
  const { seed, keep, messages } = options;
  const failure = new AbortController();
  const fail = (error: unknown): void => failure.abort(error);
  const stop = AbortSignal.any([interrupts.now, failure.signal]);
  const sendPerSecond = limitFor(messages);
  const walkMs = (messages / sendPerSecond) * 1000;
  await using stage = await openStage({ seed, sendPerSecond, stop, fail, say: screen.say });

  const { account, hermod, simulator, fleet } = stage;
  const following = openFollowing(hermod);
  const watching = openWatching({ following, screen, stop, sendPerSecond, mixed: messages });
  const allFinal = (): boolean => following.open() === 0;
  const conclude = async (): Promise<boolean> => {
    const elapsedMs = watching.elapsedMs();
    const [log, views] = [await simulator.log(), following.views()];
    const verdicts = compare(following.told(), log, fleet.losses() > 0);
    screen.settle();
    screen.say("", ...report({ verdicts, views, log, sendPerSecond, elapsedMs }), "");
    return allAgree(verdicts);
  };

  screen.say(`${messages} messages, at most ${sendPerSecond} a second, seed ${seed}`);
  const run = randomBytes(6).toString("hex");
  const mixOptions = { seed, account, run, expiresInMs: EXPIRES_MS + walkMs * PATIENCE };
  const parts = { hermod, following, stop };
  const mixing = alongside(handOverMix(parts, mixOf(messages, mixOptions), walkMs * URGENT_SHARE), fail);
  await watching.until(() => mixing.isOver() && allFinal(), walkMs * PATIENCE + DRAIN_MS);
  const isRight = await conclude();
  if (!keep) return isRight ? 0 : 1;

  screen.say(...invitation(stage));
  const loadOptions = { ...mixOptions, expiresInMs: EXPIRES_MS };
  const loading = alongside(handOverLoad(parts, messages, loadOptions, interrupts.endOfLoad()), fail);
  await watching.until(loading.isOver, Number.POSITIVE_INFINITY);
  await watching.until(allFinal, DRAIN_MS);
  return (await conclude()) ? 0 : 1;
}

/** Slow enough to be watched, and fast enough to be over in some ten seconds. */
function limitFor(messages: number): number {
  return Math.min(500, Math.max(50, Math.ceil(messages / 10)));
}

/** Lets something go on meanwhile; its failure ends the demo. */
function alongside(work: Promise<void>, fail: (error: unknown) => void): { isOver(): boolean } {
  let over = false;
  work.then(() => {
    over = true;
  }, fail);
  return { isOver: () => over };
}
