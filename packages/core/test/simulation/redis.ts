import { clockOffset } from "../../src/clock-offset.ts";
import type { Process, Task } from "./process.ts";
import type { World } from "./world.ts";

/** Whether Redis answers, and whether it takes writes. */
export interface Redis {
  goAway(forMs: number): void;
  refuse(forMs: number): void;
  awayUntil: number;
  refusesUntil: number;
  /** While memory is short, what already happened is still written; a replica writes nothing at all. */
  refusesAll: boolean;
}

/** What a refused command throws. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
const REFUSAL = new Refusal("Redis refuses to write");

export function openRedis(world: World): Redis {
  const { agenda, plan, random } = world;
  return {
    awayUntil: 0,
    refusesUntil: 0,
    refusesAll: false,
    goAway(forMs) {
      this.awayUntil = agenda.now() + forMs;
      world.note?.(`Redis is away until ${this.awayUntil}`);
      if (plan.losesQueues) world.orders.lose();
      if (plan.losesIndexes) world.store.loseIndexes();
      if (plan.losesGates) world.gates.lose();
    },
    refuse(forMs) {
      this.refusesUntil = agenda.now() + forMs;
      this.refusesAll = random.chance(0.5);
      world.note?.(`Redis refuses ${this.refusesAll ? "all" : "new"} writes until ${this.refusesUntil}`);
    },
  };
}

/** `always`: written although memory is short, because it already happened. What loads and claims records tells the time, too. */
export type Kind = "read" | "load" | "write" | "always" | "claim";

function isTimed(kind: Kind): boolean {
  return kind === "load" || kind === "claim";
}

/**
 * One command, as a client library sends it: carried out at some time while the caller waits; repeated when its answer was lost
 * with the connection, whether it was carried out or not.
 */
export function* call<T>(world: World, process: Process, kind: Kind, execute: () => T): Task<T> {
  const { redis, random, plan, agenda } = world;
  const askedAt = agenda.now();
  for (;;) {
    yield latency(world);
    if (redis.awayUntil > agenda.now()) {
      yield redis.awayUntil - agenda.now() + random.between(0, 20);
      continue;
    }
    if (refuses(world, kind)) throw REFUSAL;
    const at = agenda.now();
    const reply = execute();
    yield latency(world);
    const lost = agenda.now() < plan.faultsUntil && random.chance(plan.rates.lostReply);
    if (!lost && redis.awayUntil <= agenda.now()) {
      if (isTimed(kind)) {
        const reading = { atMs: at, askedAt, answeredAt: agenda.now() };
        process.offsetMs = clockOffset(process.offsetMs, reading);
      }
      return reply;
    }
    world.note?.(`${process.name} loses an answer of Redis and repeats its command`);
    yield random.between(1, 2000);
  }
}

function refuses({ redis, agenda }: World, kind: Kind): boolean {
  if (kind === "read" || kind === "load" || redis.refusesUntil <= agenda.now()) return false;
  return redis.refusesAll || kind === "write";
}

function latency({ random, plan }: World): number {
  const draw = random.next();
  return draw < plan.rates.slow ? random.between(10, 1000) : Math.floor(draw * 4);
}
