import { PROBE_MS } from "./plan.ts";
import type { World } from "./world.ts";

/** An account's pacer and breaker, as the scripts of the broker keep them. */
interface Gate {
  freeAt: number;
  statusFreeAt: number;
  breaker: Breaker | undefined;
}

interface Breaker {
  readonly code: string;
  readonly since: number;
  probe: string | undefined;
  probeAt: number;
}

export type Reservation =
  | { readonly kind: "reserved"; readonly inMs: number; readonly everyMs: number; readonly probes: boolean }
  | { readonly kind: "busy"; readonly forMs: number }
  | { readonly kind: "open"; readonly code: string; readonly probe: string | undefined };

export interface Gates {
  reserve(account: string, slots: number, mostAwayMs: number, message: string | undefined): Reservation;
  reserveStatus(account: string, slots: number): Reservation;
  rest(account: string, what: "freeAt" | "statusFreeAt", forMs: number): void;
  breaker(account: string): Breaker | undefined;
  trip(account: string, code: string): void;
  close(account: string, message: string): void;
  probe(account: string, message: string, tryMs: number): boolean;
  lose(): void;
}

/** How far away a slot for a question may be. */
const STATUS_AWAY_MS = 5000;

export function openGates(world: World): Gates {
  const { agenda, plan } = world;
  const gates = new Map<string, Gate>();
  const gateOf = (account: string): Gate => {
    const known = gates.get(account) ?? { freeAt: 0, statusFreeAt: 0, breaker: undefined };
    gates.set(account, known);
    return known;
  };
  const everyMs = new Map(plan.accounts.map(({ name, perSecond }) => [name, 1000 / perSecond]));
  const pace = (
    account: string,
    what: "freeAt" | "statusFreeAt",
    slots: number,
    mostAwayMs: number,
    probes: boolean,
  ): Reservation => {
    const gate = gateOf(account);
    const first = Math.max(agenda.now(), gate[what]);
    const inMs = first - agenda.now();
    if (inMs > mostAwayMs) return { kind: "busy", forMs: inMs };
    const every = everyMs.get(account) ?? 0;
    gate[what] = first + slots * every;
    return { kind: "reserved", inMs, everyMs: every, probes };
  };
  return {
    reserve(account, slots, mostAwayMs, message) {
      const { breaker } = gateOf(account);
      if (breaker !== undefined && (message === undefined || breaker.probe !== message)) {
        return { kind: "open", code: breaker.code, probe: breaker.probe };
      }
      return pace(account, "freeAt", slots, mostAwayMs, breaker !== undefined);
    },
    reserveStatus: (account, slots) => pace(account, "statusFreeAt", slots, STATUS_AWAY_MS, false),
    rest(account, what, forMs) {
      const gate = gateOf(account);
      gate[what] = Math.max(gate[what], agenda.now() + forMs);
    },
    breaker: (account) => gateOf(account).breaker,
    trip(account, code) {
      const gate = gateOf(account);
      const now = agenda.now();
      world.note?.(`the breaker of ${account} opens: ${code}`);
      gate.breaker = { code, since: gate.breaker?.since ?? now, probe: undefined, probeAt: now + PROBE_MS };
      world.pollers.wake(`held ${account}`, now + PROBE_MS);
    },
    close(account, message) {
      const gate = gateOf(account);
      if (gate.breaker?.probe !== message) return;
      world.note?.(`${message} closes the breaker of ${account}`);
      gate.breaker = undefined;
      world.pollers.wake(`held ${account}`, agenda.now());
    },
    probe(account, message, tryMs) {
      const { breaker } = gateOf(account);
      if (breaker === undefined || breaker.probeAt > agenda.now()) return false;
      breaker.probe = message;
      breaker.probeAt = agenda.now() + tryMs;
      return true;
    },
    lose() {
      for (const { name } of plan.accounts) {
        gates.delete(name);
        world.pollers.wake(`held ${name}`, agenda.now());
      }
    },
  };
}
