import { setTimeout } from "node:timers/promises";
import { type MessageView, openClient } from "@hermod/client";
import { clientOptions, type Environment } from "../environment.ts";
import type { Watch } from "./operate-arguments.ts";

/** Between two looks at the message. */
const LOOK_MS = 250;

/** Prints a line for each change of a message until it is final. Ends with 1 when it is not by then, or is not there. */
export async function watch({ id, timeoutMs, json }: Watch, env: Environment): Promise<number> {
  await using hermod = await openClient(clientOptions(env));
  const until = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  let shown = "";
  for (;;) {
    const view = await hermod.get(id);
    if (view === undefined) {
      console.error(`There is no message ${id}.`);
      return 1;
    }
    const standing = standingOf(view);
    if (standing !== shown) console.log(json ? JSON.stringify(view) : changeOf(view));
    shown = standing;
    if (view.final) return 0;
    if (performance.now() + LOOK_MS > until) {
      console.error(`It was not final after ${timeoutMs} ms.`);
      return 1;
    }
    await setTimeout(LOOK_MS);
  }
}

/** What a change is a change of: that its provider was asked once more is none. */
function standingOf({ state, reason, code, account, attempts, timestamps }: MessageView): string {
  return [state, reason, code, account, attempts, timestamps.releaseAt].join(" ");
}

function changeOf({ state, reason, code, account, attempts, timestamps }: MessageView): string {
  const { updatedAt, releaseAt } = timestamps;
  const why = [reason, code].filter((word) => word !== undefined).join(", ");
  const waits = releaseAt === undefined ? "" : `, until ${new Date(releaseAt).toISOString()}`;
  const at = new Date(updatedAt).toISOString();
  return `${at}  ${state.padEnd(11)}  ${why}${waits}  (${account}, attempts: ${attempts})`;
}
