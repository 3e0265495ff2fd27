import type { RecordStore } from "@hermod/broker/record-store";
import { acceptedRecord } from "@hermod/core/accept";
import { apply } from "@hermod/core/apply";
import { MessageInput } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import { type AppProcess, startScript } from "@hermod/testing/app-process";
import { waitUntil } from "@hermod/testing/wait";
import { TERMS } from "./announced.ts";

export interface Killing {
  readonly url: string;
  readonly namespace: string;
  readonly store: RecordStore;
  readonly messages: number;
  readonly kills: number;
  /** In [0, 1). */
  readonly chance: () => number;
}

/** Who was not heard of for so long is dead; short, so that what they left comes soon. */
const CLAIM_AFTER_MS = 1000;

/** Two consumers share a group while messages become final, and one of them is killed again and again. Tells how often each final was seen. */
export async function killConsumers(killing: Killing): Promise<Map<string, number>> {
  const { url, namespace, store, messages, kills, chance } = killing;
  const seen = new Map<string, number>();
  let sightings = 0;
  const env = { REDIS_URL: url, NAMESPACE: namespace, CLAIM_AFTER_MS: `${CLAIM_AFTER_MS}` };
  const start = (): Promise<AppProcess> =>
    startScript(new URL("finals-consumer.ts", import.meta.url), {
      env,
      untilStarted: false,
      onLine(line) {
        const id = /^saw (\w+)$/.exec(line)?.[1];
        if (id === undefined) return;
        sightings += 1;
        seen.set(id, (seen.get(id) ?? 0) + 1);
      },
    });
  const consumers = [await start(), await start()];
  try {
    const ending = endMessages(store, messages);
    for (let kill = 1; kill <= kills; kill += 1) {
      const from = ((kill - 1) / kills) * messages;
      const at = Math.floor(from + chance() * (messages / kills));
      await waitUntil(`${at} finals to be seen`, () => sightings > at, { timeoutMs: 60_000 });
      const victim = kill % consumers.length;
      consumers[victim]?.kill("SIGKILL");
      await consumers[victim]?.ended;
      consumers[victim] = await start();
    }
    await ending;
    await waitUntil("every final to be seen", () => seen.size === messages, { timeoutMs: 60_000 });
    return seen;
  } finally {
    await Promise.all(consumers.map((consumer) => consumer[Symbol.asyncDispose]()));
  }
}

const AT_ONCE = 100;

/** Makes messages, and lets each come to its end. */
async function endMessages(store: RecordStore, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - from);
    const records = Array.from({ length }, (_, index) => newRecord(from + index));
    await store.create(records);
    await store.commit(records.map((before) => ({ before, after: delivered(before) })));
  }
}

function newRecord(n: number): MessageRecord {
  const input = MessageInput.parse({
    account: "templates",
    to: "+84836106872",
    content: { template: "OTP" },
    producer: "shop",
  });
  return acceptedRecord(input, { id: `${n}`.padStart(26, "0"), bodyHash: "", at: Date.now() });
}

function delivered(record: MessageRecord): MessageRecord {
  const at = record.acceptedAt;
  const begun = apply(record, { type: "begin", at, owner: "test", terms: TERMS });
  return apply(begun, { type: "report", at, report: { kind: "delivered", word: "ok" }, terms: TERMS });
}
