import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type Hermod, openClient } from "@hermod/client";
import { clientOptions, type Environment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";
import type { Suppress } from "./suppress-arguments.ts";

/** Changes or shows a list of numbers that get no messages. Prints the answer and returns the exit code. */
export async function suppress(command: Suppress, env: Environment): Promise<number> {
  await using hermod = await openClient(clientOptions(env));
  const { action, producer, source, numbers, json } = command;
  const list = producer === undefined ? {} : { producer };
  const options = { ...list, ...(source === undefined ? {} : { source }) };
  const tell = (facts: Readonly<Record<string, number>>, words: string): number => {
    console.log(json ? JSON.stringify(facts) : words);
    return 0;
  };
  switch (action) {
    case "add": {
      const added = await hermod.suppression.add(numbers, options);
      return tell({ added }, `${added} added, ${numbers.length - added} on the list already.`);
    }
    case "remove": {
      const removed = await hermod.suppression.remove(numbers, list);
      return tell({ removed }, `${removed} removed, ${numbers.length - removed} not on the list.`);
    }
    case "get":
      return await show(hermod, command, list);
    case "export":
      for await (const line of hermod.suppression.export(list)) console.log(line);
      return 0;
    case "import": {
      await using file = await opened(command.file);
      const { added, known } = await hermod.suppression.import(file.lines, options);
      return tell({ added, known }, `${added} added, ${known} on the list already.`);
    }
    default:
      return action satisfies never;
  }
}

/** 1 when one of them is not on the list, as a shell wants to ask. */
async function show(
  { suppression }: Hermod,
  { numbers, json }: Suppress,
  list: { readonly producer?: string },
): Promise<number> {
  const found = await Promise.all(numbers.map((number) => suppression.get(number, list)));
  for (const since of found) {
    if (json) console.log(JSON.stringify(since ?? null));
    else if (since === undefined) console.log("not on the list");
    else console.log(`on the list since ${new Date(since.at).toISOString()}, by ${since.source}`);
  }
  return found.includes(undefined) ? 1 : 0;
}

async function opened(path = "-"): Promise<{ lines: AsyncIterable<string> } & AsyncDisposable> {
  if (path === "-")
    return { lines: createInterface({ input: process.stdin }), [Symbol.asyncDispose]: async () => {} };
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code ?? "no code"})`);
  });
  return { lines: file.readLines(), [Symbol.asyncDispose]: () => file.close() };
}
