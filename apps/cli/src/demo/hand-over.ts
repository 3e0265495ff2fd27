import { type Accepted, type Hermod, HermodUnavailableError, type Refused } from "@hermod/client";
import type { Following } from "./following.ts";
import { pause } from "./interrupts.ts";
import { loadMessage, type MixOptions, type PlannedMessage } from "./mix.ts";

/** While Redis is away, a message is handed over again this often. Its idempotency key makes it one message. */
const AGAIN_MS = 250;
const LOAD_PER_SECOND = 20;

export interface HandOver {
  readonly hermod: Hermod;
  readonly following: Following;
  readonly stop: AbortSignal;
}

/** Hands the mix over: most of it at once, and what is urgent one by one meanwhile, as one-time passwords come. */
export async function handOverMix(
  parts: HandOver,
  mix: readonly PlannedMessage[],
  urgentForMs: number,
): Promise<void> {
  const urgent = mix.filter(isUrgent);
  const others = mix.filter((message) => !isUrgent(message));
  await handOver(parts, others);
  for (const message of urgent) {
    await handOver(parts, [message]);
    await pause(urgentForMs / urgent.length, parts.stop);
  }
}

/** Hands over a steady load until `enough`. */
export async function handOverLoad(
  parts: HandOver,
  firstNumber: number,
  options: MixOptions,
  enough: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  for (let n = 0; !enough.aborted; n++) {
    await handOver(parts, [loadMessage(firstNumber + n, options)]);
    const nextAt = startedAt + ((n + 1) * 1000) / LOAD_PER_SECOND;
    await pause(Math.max(0, nextAt - performance.now()), parts.stop);
  }
}

/** Hands messages over, again while Redis is away, until all are taken. What is not taken for another reason is thrown. */
async function handOver(
  { hermod, following, stop }: HandOver,
  messages: readonly PlannedMessage[],
): Promise<void> {
  let rest = messages;
  while (rest.length > 0) {
    const results = await sendAll(hermod, rest);
    const again: PlannedMessage[] = [];
    for (const [index, message] of rest.entries()) {
      const result = results[index];
      if (result !== undefined && "id" in result) following.add(message, result.id);
      else if (result?.error instanceof HermodUnavailableError) again.push(message);
      else throw result?.error;
    }
    rest = again;
    if (rest.length > 0) await pause(AGAIN_MS, stop);
  }
}

async function sendAll(
  hermod: Hermod,
  messages: readonly PlannedMessage[],
): Promise<readonly (Accepted | Refused)[]> {
  const [first, second] = messages;
  if (first === undefined || second !== undefined)
    return await hermod.sendMany(messages.map(({ input }) => input));
  return await hermod.send(first.input).then(
    (accepted) => [accepted],
    (error) => [{ error }],
  );
}

function isUrgent({ input }: PlannedMessage): boolean {
  return input.priority === "urgent";
}
