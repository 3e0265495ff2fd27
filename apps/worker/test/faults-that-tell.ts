import type { ChooseFault, Fault } from "@hermod/simulator/faults";

/** How a provider's requests go wrong that says everything it was told, in what is an error and in what is none. */
export interface TellingFaults {
  /** Two of three requests go wrong, each time in another way: those that all providers have, and its own. */
  readonly choose: ChooseFault;
  asked(): number;
  /** How many of the ways no request has met yet. */
  left(): number;
}

export function faultsThatTell(told: string, own: Readonly<Record<string, Fault>>): TellingFaults {
  const headers = { "content-type": "application/json", "x-echo": encodeURIComponent(told) };
  const echo = (status: number, accepted: boolean): Fault => ({
    kind: "answer",
    accepted,
    answer: { status, headers, body: told },
  });
  const faults: readonly Fault[] = [
    { kind: "reset", accepted: true },
    { kind: "reset", accepted: false },
    { kind: "cut" },
    { kind: "torn" },
    { kind: "silence", accepted: true },
    echo(200, true),
    echo(400, false),
    echo(429, false),
    echo(500, true),
    ...Object.values(own),
  ];
  let asked = 0;
  let wrong = 0;
  return {
    choose() {
      asked += 1;
      if (asked % 3 === 1) return undefined;
      wrong += 1;
      return faults[(wrong - 1) % faults.length];
    },
    asked: () => asked,
    left: () => Math.max(0, faults.length - wrong),
  };
}
