import { setTimeout as delay } from "node:timers/promises";
import { HermodUnavailableError, type MessageInput, openClient } from "@hermod/client";
import { insist } from "./insist.ts";
import { inputOf, type Row } from "./rows.ts";
import { tagOf } from "./tag.ts";

/** A message that is handed over until it is acknowledged. */
export interface Handed {
  readonly row: Row;
  readonly tag: string;
  /** Absent until it is acknowledged. */
  id?: string;
}

export interface ProducerOptions {
  readonly redisUrl: string;
  readonly rows: readonly Row[];
  /** Of each row. */
  readonly messages: number;
  readonly durationMs: number;
  /** How long a message of a row is worth delivering, counted from now. */
  readonly expiresInMs: (row: Row, leftMs: number) => number;
}

/** Between two rounds of handing over. */
const EVERY_MS = 250;

/** Hands messages over evenly in time. What is refused because Redis is away is handed over again, with the same key. */
export async function produce(options: ProducerOptions, signal: AbortSignal): Promise<Handed[]> {
  const { redisUrl, rows, messages, durationMs, expiresInMs } = options;
  await using hermod = await insist(() => openClient({ redisUrl }), signal);
  const startedAt = performance.now();
  const handed: Handed[] = [];
  let waiting: { readonly message: Handed; readonly input: MessageInput }[] = [];
  while (!signal.aborted && (handed.length < rows.length * messages || waiting.length > 0)) {
    const elapsedMs = performance.now() - startedAt;
    const due = Math.min(messages, Math.ceil((elapsedMs / durationMs) * messages));
    for (let index = handed.length / rows.length; index < due; index += 1) {
      for (const row of rows) {
        const message = { row, tag: tagOf(row, index) };
        const leftMs = Math.max(0, durationMs - elapsedMs);
        handed.push(message);
        waiting.push({ message, input: inputOf(row, message.tag, expiresInMs(row, leftMs)) });
      }
    }
    const inputs = waiting.map(({ input }) => input);
    const results = await insist(() => hermod.sendMany(inputs), signal);
    waiting = waiting.filter(({ message }, index) => {
      const result = results[index];
      if (result === undefined) return true;
      if ("id" in result) message.id = result.id;
      else if (!(result.error instanceof HermodUnavailableError)) throw result.error;
      return "error" in result;
    });
    await delay(EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return handed;
}
