import { randomFor } from "../random.ts";
import { type Item, refusedItem, takenItem } from "./answers.ts";
import type { Contract } from "./contract.ts";
import { acceptedMessage, release, type WebcomMessage } from "./message.ts";
import { openPurse } from "./purse.ts";
import { refusalOf, type SendRequest } from "./send.ts";

/** What the account has sent, what it waits to send, and what it may still send. */
export interface Outbox {
  readonly accepted: readonly WebcomMessage[];
  /** Takes one message, or says why not. A `client_id_sms` of before is never sent again, whatever comes with it (§4). */
  take(request: SendRequest, at: number): Item;
  find(id: string): WebcomMessage | undefined;
  money(): number;
  topUp(money: number): void;
  stop(number: string): void;
}

export function openOutbox(contract: Contract, now: () => number): Outbox {
  const { seed, plan, price, whenEmpty, lifetimeMs } = contract;
  const accepted: WebcomMessage[] = [];
  const byId = new Map<string, WebcomMessage>();
  const byReference = new Map<number, WebcomMessage>();
  const stopList = new Set(contract.stopList);
  const purse = openPurse(contract.money);

  function earlier({ clientReference }: SendRequest, at: number): WebcomMessage | undefined {
    const message = clientReference === undefined ? undefined : byReference.get(clientReference);
    return message !== undefined && at - message.at < contract.dedupeMs ? message : undefined;
  }

  function accept(request: SendRequest, at: number): Item {
    const order = accepted.length + 1;
    const chosen = plan(request, randomFor(seed, "plan", order));
    const id = nextId(accepted.at(-1)?.id, randomFor(seed, "id", order)());
    const message = acceptedMessage(request, { id, at, plan: chosen, lifetimeMs });
    if (chosen.held !== true) {
      if (purse.take(price * message.parts)) release(message, at);
      else if (whenEmpty === "refuse") return refusedItem("accountEmpty");
    }
    accepted.push(message);
    byId.set(id, message);
    if (request.clientReference !== undefined) byReference.set(request.clientReference, message);
    return message.held ? refusedItem("held") : takenItem(id);
  }

  return {
    accepted,
    take(request, at) {
      const before = earlier(request, at);
      if (before !== undefined) return alreadySentItem(before, contract.alreadySent);
      const refusal = refusalOf(request, contract, stopList);
      return refusal === undefined ? accept(request, at) : refusedItem(refusal);
    },
    find: (id) => byId.get(id),
    money: () => purse.money,
    topUp(money) {
      purse.add(money);
      for (const message of accepted) {
        if (!message.held || now() >= message.validUntil) continue;
        if (!purse.take(price * message.parts)) return;
        release(message, now());
      }
    },
    stop: (number) => void stopList.add(number),
  };
}

function alreadySentItem({ id }: WebcomMessage, form: Contract["alreadySent"]): Item {
  if (form === "id") return takenItem(id);
  return refusedItem("alreadySent", form === "text" ? undefined : id);
}

/** Numbers of eight digits that grow, and not always by one: others send as well. */
function nextId(last: string | undefined, chance: number): string {
  return last === undefined
    ? String(10_000_000 + Math.floor(chance * 80_000_000))
    : String(Number(last) + 1 + Math.floor(chance * 9));
}
