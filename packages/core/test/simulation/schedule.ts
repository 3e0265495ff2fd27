import { openAgenda } from "./agenda.ts";
import { checkConverged } from "./convergence.ts";
import { openGates } from "./gates.ts";
import { openLedger } from "./ledger.ts";
import { openOrders } from "./orders.ts";
import { type Mode, planOf } from "./plan.ts";
import { openPollers } from "./pollers.ts";
import { openProcess } from "./process.ts";
import { planCalls } from "./producer.ts";
import { openProviders } from "./provider.ts";
import { openRandom } from "./random.ts";
import { openRedis } from "./redis.ts";
import { openReferences } from "./references.ts";
import { openStore } from "./store.ts";
import { fail } from "./violation.ts";
import { workOrder } from "./work-order.ts";
import type { World } from "./world.ts";

/** More events than any schedule needs that is not going in circles. */
const MOST_EVENTS = 20_000;

/** Longer than any message may stay open: what is open then stays so. */
const UNTIL_MS = 3_600_000;

/** Plays one schedule to its end; throws when a promise was broken. Returns how many events it took. */
export function playSchedule(mode: Mode, seed: number, trace?: (line: string) => void): number {
  const world = openWorld(mode, seed, trace);
  const { agenda, plan } = world;
  for (const message of plan.messages) planCalls(world, message);
  let events = 0;
  while (agenda.next() && agenda.now() < UNTIL_MS) {
    events += 1;
    if (events > MOST_EVENTS) fail({ id: "all" }, `no end after ${MOST_EVENTS} events`);
  }
  checkConverged(world);
  return events;
}

function openWorld(mode: Mode, seed: number, trace: ((line: string) => void) | undefined): World {
  const random = openRandom(mode === "safety" ? seed : ~seed);
  const plan = planOf(mode, random);
  const agenda = openAgenda();
  const accounts = new Map(plan.accounts.map((account) => [account.name, account]));
  const kills = new Map(plan.messages.map(({ id, killsAt }) => [id, killsAt]));
  const ledger = openLedger();
  const onUp = (): void => world.orders.offerAll();
  const open = {
    plan,
    random,
    agenda,
    ledger,
    references: openReferences(),
    ingress: openProcess("ingress", () => {}),
    workers: Array.from({ length: plan.workers }, (_, index) => openProcess(`worker ${index + 1}`, onUp)),
    running: undefined,
    work: (...parts: Parameters<World["work"]>) => workOrder(world, ...parts),
    accountOf(name: string) {
      const account = accounts.get(name);
      if (account === undefined) throw new Error(`no account ${name}`);
      return account;
    },
    killsAt: (id: string) => kills.get(id),
    isExcused: (id: string) => {
      const { writes, liedTo } = ledger.of(id);
      return plan.showsTooLate || liedTo || writes.some(({ late }) => late);
    },
    note: trace && ((line: string) => trace(`${String(agenda.now()).padStart(7)}  ${line}`)),
  };
  const world = open as typeof open & World;
  return Object.assign(world, {
    redis: openRedis(world),
    store: openStore(world),
    orders: openOrders(world),
    gates: openGates(world),
    providers: openProviders(world),
    pollers: openPollers(world),
  });
}
