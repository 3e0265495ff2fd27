import { text } from "node:stream/consumers";
import { type Explanation, type Hermod, type MessageView, openClient } from "@hermod/client";
import type { ById, Find, Question, Send } from "./ask-arguments.ts";
import { describe } from "./describe.ts";
import { clientOptions, type Environment } from "./environment.ts";
import { narrate } from "./narrate.ts";
import { printRows } from "./print-rows.ts";

/** Carries out a command that only needs the client. Prints the answer and returns the exit code. */
export async function askHermod(question: Question, env: Environment): Promise<number> {
  await using hermod = await openClient(clientOptions(env));
  switch (question.name) {
    case "send":
      return await send(hermod, question);
    case "get":
      return printView(await hermod.get(question.id), question);
    case "explain":
      return printExplanation(await hermod.explain(question.id), question);
    case "find":
      return await find(hermod, question);
    case "cancel":
      return await cancel(hermod, question);
    default:
      return question satisfies never;
  }
}

async function send(hermod: Hermod, { message, wait, json }: Send): Promise<number> {
  const accepted = await hermod.send(message);
  const { id, duplicate } = accepted;
  if (wait) {
    if (!json) console.log(`${id}${duplicate ? " (sent before)" : ""}, waiting …`);
    return printView(await hermod.waitForFinal(id), { id, json });
  }
  console.log(json ? JSON.stringify(accepted) : `${id}${duplicate ? " (sent before)" : ""}`);
  return 0;
}

/** 1 when there is none, as a shell wants to ask. */
async function find(hermod: Hermod, { number, json }: Find): Promise<number> {
  const views = await hermod.find(number === "-" ? (await text(process.stdin)).trim() : number);
  if (json) console.log(JSON.stringify(views));
  else if (views.length === 0)
    console.error("There is no message to this number, or its record is no longer kept.");
  else
    printRows(
      ["id", "accepted", "state", "reason", "account", "producer"],
      views.map(({ id, timestamps, state, reason, code, account, producer }) => [
        ...[id, new Date(timestamps.acceptedAt).toISOString(), state, code ?? reason, account, producer],
      ]),
    );
  return views.length === 0 ? 1 : 0;
}

async function cancel(hermod: Hermod, { id, json }: ById): Promise<number> {
  const result = await hermod.cancel(id);
  const words = {
    canceled: "Canceled: it was not and will not be sent.",
    too_late: "Too late: it was sent, may have been sent, or is over.",
    not_found: "There is no such message.",
  };
  console.log(json ? JSON.stringify({ id, result }) : words[result]);
  return result === "canceled" ? 0 : 1;
}

function printView(view: MessageView | undefined, asked: Omit<ById, "name">): number {
  return print(view, describe, asked);
}

function printExplanation(explanation: Explanation | undefined, asked: ById): number {
  return print(explanation, narrate, asked);
}

function print<Found>(
  found: Found | undefined,
  inLines: (found: Found) => string[],
  { id, json }: Omit<ById, "name">,
): number {
  if (found === undefined) {
    if (json) console.log(JSON.stringify(null));
    console.error(`There is no message ${id}.`);
    return 1;
  }
  console.log(json ? JSON.stringify(found) : inLines(found).join("\n"));
  return 0;
}
