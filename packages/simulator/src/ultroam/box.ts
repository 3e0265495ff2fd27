import { randomFor } from "../random.ts";
import { acceptedMessage, REFERENCES, segmentsOf, type UltroamMessage } from "./message.ts";
import type { ChoosePlan } from "./plan.ts";
import { openPorts, type Ports } from "./ports.ts";
import { openQueue } from "./queue.ts";
import type { SendRequest } from "./send.ts";

/** What decides over messages once a request is read. */
export interface BoxRules {
  /** Decides plans: the same messages in the same order get the same ones. */
  readonly seed: number;
  readonly plan: ChoosePlan;
  /** How many ports there are, from 0 on, each with a SIM card. */
  readonly ports: number;
  /** Messages that leave the queue in a second. */
  readonly drainPerSecond: number;
  /** How many may wait; more are refused (docs/providers/ultroam.md §10: neither number nor code is documented). */
  readonly queueCapacity: number;
  readonly queueFull: 500 | 550;
}

interface Taken {
  readonly taskId: number;
  readonly messages: readonly UltroamMessage[];
  /** What waits, with these messages: none of them has left when the answer is written. */
  readonly inQueue: number;
}

/** The memory of the box and the way its messages take. */
export interface Box {
  /** Every message in the order of acceptance, whatever the box has forgotten. */
  readonly accepted: readonly UltroamMessage[];
  readonly ports: Ports;
  take(requests: readonly SendRequest[], ports: readonly number[] | undefined, at: number): Taken | 500 | 550;
  /** What it remembers: all of it, or what carries these references. */
  remembered(userIds?: readonly number[]): readonly UltroamMessage[];
  /** Epoch ms; Infinity while that is not known. */
  leavesAt(message: UltroamMessage): number;
  inQueue(now: number): number;
  setDrain(perSecond: number, now: number): void;
  /** Forgets every record; what waited is never sent, unless the queue survives. */
  reboot(queue: "lost" | "kept", now: number): void;
}

export function openBox(rules: BoxRules): Box {
  const { seed, queueCapacity, queueFull } = rules;
  const accepted: UltroamMessage[] = [];
  const queue = openQueue<UltroamMessage>(rules.drainPerSecond);
  const ports = openPorts(rules.ports);
  const nextReference: number[] = [];
  let memory = openMemory([]);
  let tasks = 0;

  function takeOne(request: SendRequest, taskId: number, port: number, at: number): UltroamMessage {
    const order = accepted.length + 1;
    const refId = nextReference[port] ?? 0;
    nextReference[port] = (refId + segmentsOf(request)) % REFERENCES;
    const plan = rules.plan(request, randomFor(seed, "plan", order));
    const message = acceptedMessage(request, { order, taskId, at, port, refId, plan });
    accepted.push(message);
    queue.add(message, at);
    memory.add(message);
    return message;
  }

  return {
    accepted,
    ports,
    take(requests, allowed, at) {
      const available = ports.available(allowed);
      if (available.length === 0) return 550;
      const inQueue = queue.length(at) + requests.length;
      if (inQueue > queueCapacity) return queueFull;
      const taskId = ++tasks;
      const portOfNext = () => available[accepted.length % available.length] ?? 0;
      const messages = requests.map((request) => takeOne(request, taskId, portOfNext(), at));
      return { taskId, messages, inQueue };
    },
    remembered: (userIds) => memory.find(userIds),
    leavesAt: queue.leavesAt,
    inQueue: queue.length,
    setDrain: queue.setRate,
    reboot(fate, now) {
      const waiting = new Set(accepted.filter((message) => queue.leavesAt(message) > now && !message.lost));
      memory = openMemory(fate === "kept" ? [...waiting] : []);
      if (fate === "kept") return;
      for (const message of queue.drop(now)) {
        message.finalStatus = "SENDING";
        message.lost = true;
      }
    },
  };
}

function openMemory(messages: readonly UltroamMessage[]) {
  const records: UltroamMessage[] = [];
  const byUserId = new Map<number | undefined, UltroamMessage[]>();
  function add(message: UltroamMessage): void {
    records.push(message);
    const same = byUserId.get(message.userId);
    if (same === undefined) byUserId.set(message.userId, [message]);
    else same.push(message);
  }
  for (const message of messages) add(message);
  return {
    add,
    find(userIds: readonly number[] | undefined): readonly UltroamMessage[] {
      return userIds === undefined ? records : [...new Set(userIds)].flatMap((id) => byUserId.get(id) ?? []);
    },
  };
}
