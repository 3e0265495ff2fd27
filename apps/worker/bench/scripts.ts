import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ReceiptTarget } from "./receipts.ts";

/** Runs a script, named from this folder, to its end and returns the figures that it prints as JSON. */
export async function runScript(name: string, args: readonly string[]): Promise<Record<string, number>> {
  const child = spawn(process.execPath, [pathOf(name), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return JSON.parse(lines.at(-1) ?? "{}");
}

export interface ProviderProcess extends AsyncDisposable {
  readonly url: string;
}

/** Starts the provider's server as a process of its own, which ends with its input, and so with this one in whatever way. */
export async function startProvider(): Promise<ProviderProcess> {
  const child = spawn(process.execPath, [pathOf("./provider-server.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = await once(createInterface(child.stdout), "line");
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

type Send = readonly [at: number, body: string, status: number];

/** When each send request arrived at the provider, epoch milliseconds, its body, and the status of the answer. */
export async function sendsAt({ url }: ProviderProcess): Promise<Send[]> {
  const answer = await fetch(`${url}/sends`);
  return (await answer.json()) as Send[];
}

/** When the provider went on after it had stood still, since it was first asked this; epoch milliseconds. */
export async function pausesOf({ url }: ProviderProcess): Promise<number[]> {
  const answer = await fetch(`${url}/pauses`);
  return (await answer.json()) as number[];
}

/** From now on the provider takes so many in any second, and answers 429 to what is more. */
export async function limitTo({ url }: ProviderProcess, perSecond: number): Promise<void> {
  await fetch(`${url}/limit/${perSecond}`);
}

/** Has receipts of what the provider takes from now on pushed there; nowhere when null. */
export async function sendReceipts({ url }: ProviderProcess, target: ReceiptTarget | null): Promise<void> {
  await fetch(`${url}/receipts`, { method: "POST", body: JSON.stringify(target) });
}
