import { randomBytes } from "node:crypto";
import type { DemoArguments } from "./demo-arguments.ts";
import { openFollowing } from "./following.ts";
import { handOverLoad, handOverMix } from "./hand-over.ts";
import type { Interrupts } from "./interrupts.ts";
import { invitation } from "./invitation.ts";
import { mixOf, shareOf } from "./mix.ts";
import { allAgree, type ReportParts, report, reportData } from "./report.ts";
import type { Screen } from "./screen.ts";
import { sidesOf } from "./sides.ts";
import { HORIZON_MS, openStage } from "./stage.ts";
import { openWatching } from "./watching.ts";

/** Long enough for a message of a worker that was killed, whose order is found again only when its lock has ended. */
const EXPIRES_MS = 20_000;
/** After the last message was handed over: its expiry, the horizon, and some time for a slow machine. */
const DRAIN_MS = EXPIRES_MS + HORIZON_MS + 7000;
/** How many times the least time that the mix needs at the limit a slow machine may take. */
const PATIENCE = 3;
/** The urgent messages come while the others still wait: only then can it be seen that they need not. */
const URGENT_SHARE = 0.8;

/** Shows the whole walk. Returns 0 when every message ended as the providers' logs demand, else 1. */
export async function runDemo(args: DemoArguments, screen: Screen, interrupts: Interrupts): Promise<number> {
  const { seed, keep, messages, providers, json } = args;
  const failure = new AbortController();
  const fail = (error: unknown): void => failure.abort(error);
  const stop = AbortSignal.any([interrupts.now, failure.signal]);
  const most = shareOf(messages, 0, providers.length);
  const sendPerSecond = limitFor(most);
  const walkMs = (most / sendPerSecond) * 1000;
  const tasks = providers.map((provider, place) => {
    return { provider, sendPerSecond, mixed: shareOf(messages, place, providers.length) };
  });
  await using stage = await openStage({ seed, tasks, stop, fail, say: screen.say });

  const { accounts, hermod, simulators, fleet } = stage;
  const following = openFollowing(hermod);
  const watching = openWatching({ following, screen, stop, tasks: accounts });
  const allFinal = (): boolean => following.open() === 0;
  const conclude = async (): Promise<boolean> => {
    const elapsedMs = watching.elapsedMs();
    const [logs, told] = [await simulators.logs(), following.messages()];
    const parts: ReportParts = {
      accounts: accounts.map((account) => sidesOf(account, told, logs, fleet.losses() > 0)),
      elapsedMs,
    };
    screen.settle();
    screen.say("", ...report(parts, screen.columns), "");
    if (json) console.log(JSON.stringify(reportData(parts)));
    return allAgree(parts);
  };

  screen.say(
    `${messages} messages, at most ${sendPerSecond} a second through each account, seed ${seed}`,
    "",
  );
  const run = randomBytes(6).toString("hex");
  const mixOptions = { seed, accounts, run, expiresInMs: EXPIRES_MS + walkMs * PATIENCE };
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
  return Math.min(250, Math.max(12, Math.ceil(messages / 5)));
}

/** Lets something go on meanwhile; its failure ends the demo. */
function alongside(work: Promise<void>, fail: (error: unknown) => void): { isOver(): boolean } {
  let over = false;
  work.then(() => {
    over = true;
  }, fail);
  return { isOver: () => over };
}
