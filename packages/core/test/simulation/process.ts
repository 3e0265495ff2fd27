import type { OutageTally } from "../../src/outage.ts";
import type { World } from "./world.ts";

/** What a process does, as steps with pauses in milliseconds between them; anything may happen to it in each pause. */
export type Task<T = void> = Generator<number, T, undefined>;

/** The pause of a task that somebody else wakes. */
export const PARKED = Number.POSITIVE_INFINITY;

/** A process that can die, freeze and go on as if nothing had been. */
export interface Process {
  readonly name: string;
  /** Grows when it dies: what it was doing is gone. */
  life: number;
  isUp: boolean;
  frozenUntil: number;
  /** Told to end: it takes nothing new in hand. */
  stopping: boolean;
  /** How far the time of Redis is ahead of its own, as it believes; in truth they are the same. */
  offsetMs: number;
  /** How its accounts fared, as far as it remembers. */
  readonly tallies: Map<string, OutageTally>;
  readonly onUp: () => void;
}

export interface Run {
  readonly process: Process;
  readonly life: number;
  readonly task: Task;
  readonly resume: () => void;
}

export function openProcess(name: string, onUp: () => void): Process {
  return {
    name,
    life: 0,
    isUp: true,
    frozenUntil: 0,
    stopping: false,
    offsetMs: 0,
    tallies: new Map(),
    onUp,
  };
}

export function isRunning(world: World, process: Process): boolean {
  return process.isUp && process.frozenUntil <= world.agenda.now();
}

/** Begins a task at once. It ends with the life of its process. */
export function start(world: World, process: Process, task: Task, life = process.life): void {
  const run: Run = { process, life, task, resume: () => step(world, run) };
  step(world, run);
}

function step(world: World, run: Run): void {
  const { agenda } = world;
  const { process } = run;
  if (process.life !== run.life) return;
  if (process.frozenUntil > agenda.now() || suffers(world, process)) {
    if (process.life === run.life) agenda.at(process.frozenUntil, run.resume);
    return;
  }
  world.running = run;
  const { done, value } = run.task.next();
  if (done !== true && value < PARKED) agenda.at(agenda.now() + value, run.resume);
}

/** Draws what happens to the process, or to Redis, before its next step; true when that step cannot be made now. */
function suffers(world: World, process: Process): boolean {
  const { random, plan, agenda } = world;
  if (agenda.now() >= plan.faultsUntil) return false;
  const { crash, freeze, stop, redisAway, redisRefuses } = plan.rates;
  let draw = random.next();
  if (draw >= crash + freeze + stop + redisAway + redisRefuses) return false;
  draw -= crash;
  if (draw < 0) {
    die(world, process);
    return true;
  }
  draw -= freeze;
  if (draw < 0) {
    process.frozenUntil = agenda.now() + lasting(world, [200, 4000, 15_000, 40_000, 100_000]);
    world.note?.(`${process.name} freezes until ${process.frozenUntil}`);
    return true;
  }
  draw -= stop;
  if (draw < 0) stopGently(world, process);
  else if (draw < redisAway) world.redis.goAway(lasting(world, [50, 1000, 10_000, 40_000]));
  else world.redis.refuse(lasting(world, [500, 10_000]));
  return false;
}

/** A time up to one of these, but not beyond the end of faults. */
function lasting({ random, agenda, plan }: World, most: [number, ...number[]]): number {
  const ms = random.between(1, random.pick(most));
  return Math.min(ms, Math.max(1, plan.faultsUntil - agenda.now()));
}

/** Ends everything that the process does; it comes back later. */
export function die(world: World, process: Process): void {
  const { agenda } = world;
  process.life += 1;
  process.isUp = false;
  const backAt = agenda.now() + lasting(world, [100, 3000, 30_000]);
  world.note?.(`${process.name} dies, back at ${backAt}`);
  agenda.at(backAt, () => comeUp(process));
}

/** It finishes what it has in hand, and another one takes its place. */
function stopGently(world: World, process: Process): void {
  const { agenda } = world;
  const { life } = process;
  process.stopping = true;
  world.note?.(`${process.name} is told to stop`);
  agenda.at(agenda.now() + TIME_TO_STOP_MS, () => {
    if (process.life !== life) return;
    process.life += 1;
    comeUp(process);
  });
}

/** Longer than any request lasts. */
const TIME_TO_STOP_MS = 10_000;

function comeUp(process: Process): void {
  process.isUp = true;
  process.frozenUntil = 0;
  process.stopping = false;
  process.offsetMs = 0;
  process.tallies.clear();
  process.onUp();
}
