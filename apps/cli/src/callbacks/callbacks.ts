import { openClient } from "@hermod/client";
import { clientOptions, type Environment } from "../environment.ts";
import { printRows } from "../print-rows.ts";
import type { CallbacksQuestion } from "./callbacks-arguments.ts";

const HEAD = ["id", "attempts", "reason", "final since", "given up"];

/** Lists callbacks that were given up, or has them posted anew. Returns 1 when one that was named is not among them. */
export async function callbacks(question: CallbacksQuestion, env: Environment): Promise<number> {
  await using hermod = await openClient(clientOptions(env));
  const { action, producer, ids, most, json } = question;
  const whose = producer === undefined ? {} : { producer };
  if (action === "dead") {
    const dead = await hermod.callbacks.dead({ ...whose, ...(most === undefined ? {} : { most }) });
    if (json) console.log(JSON.stringify(dead));
    else {
      const rows = dead.map(({ id, attempts, reason, at, givenUpAt }) => [
        id,
        `${attempts}`,
        reason,
        new Date(at).toISOString(),
        new Date(givenUpAt).toISOString(),
      ]);
      printRows(HEAD, rows);
    }
    return 0;
  }
  const replayed = await hermod.callbacks.replay({ ...whose, ...(ids.length === 0 ? {} : { ids }) });
  console.log(json ? JSON.stringify({ replayed }) : `${replayed} begun anew.`);
  return replayed < ids.length ? 1 : 0;
}
