import { type Random, randomFor } from "../random.ts";
import { acceptedMessage, type BitelMessage } from "./message.ts";
import { type ChoosePlan, failed, type Plan } from "./plan.ts";
import type { Rules, SendRequest } from "./send.ts";

/** What decides over messages once they are taken. */
export interface Fates extends Pick<Rules, "phonePattern" | "gateways"> {
  /** Decides ids and plans: the same messages in the same order get the same ones. */
  readonly seed: number;
  readonly plan: ChoosePlan;
  /** Numbers that the default line does not deliver to; a dedicated line does (docs/providers/bitel.md §4). */
  readonly blacklist: readonly string[];
  readonly tomanPerPart: number;
}

/** The messages of one request, and the id of their batch when it is one. */
export interface Taken {
  readonly batchId: string | undefined;
  readonly messages: readonly BitelMessage[];
}

export interface Memory {
  /** Every message, in the order of acceptance. */
  readonly accepted: readonly BitelMessage[];
  readonly byId: ReadonlyMap<string, BitelMessage>;
  readonly byBatch: ReadonlyMap<string, readonly BitelMessage[]>;
  take(requests: readonly SendRequest[], at: number, asBatch: boolean): Taken;
}

/** Gives messages their ids and fates and keeps them; `taken` hears of each. */
export function openMemory(fates: Fates, taken: (message: BitelMessage) => void): Memory {
  const { seed, tomanPerPart } = fates;
  const accepted: BitelMessage[] = [];
  const byId = new Map<string, BitelMessage>();
  const byBatch = new Map<string, readonly BitelMessage[]>();

  function takeOne(request: SendRequest, at: number, batchId: string | undefined): BitelMessage {
    const order = accepted.length + 1;
    const id = hexId(randomFor(seed, "id", order));
    const plan = fateOf(request, fates) ?? fates.plan(request, randomFor(seed, "plan", order));
    const message = acceptedMessage(request, { id, batchId, at, plan, tomanPerPart });
    accepted.push(message);
    byId.set(id, message);
    taken(message);
    return message;
  }

  return {
    accepted,
    byId,
    byBatch,
    take(requests, at, asBatch) {
      const batchId = asBatch ? hexId(randomFor(seed, "batch", byBatch.size + 1)) : undefined;
      const messages = requests.map((request) => takeOne(request, at, batchId));
      if (batchId !== undefined) byBatch.set(batchId, messages);
      return { batchId, messages };
    },
  };
}

/** What the document decides for a message, whatever its plan. The times are ours. */
function fateOf({ phoneNumber, gatewayNumber }: SendRequest, fates: Fates): Plan | undefined {
  if (!fates.phonePattern.test(phoneNumber)) return failed(1_000, "ERROR");
  const byDefaultLine = gatewayNumber === fates.gateways[0];
  return byDefaultLine && fates.blacklist.includes(phoneNumber) ? failed(1_000, "BLACKLIST") : undefined;
}

/** 32 hex digits, as the document shows them. */
function hexId(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
}
