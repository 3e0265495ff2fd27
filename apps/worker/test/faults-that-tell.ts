import type { Fault } from "@hermod/simulator/faults";

export interface TellingFaults {
  /** What the provider says. */
  readonly told: string;
  /** Every second request goes wrong, each time in another way: those that all providers have, and its own. */
  everyOf(own: Readonly<Record<string, Fault>>): () => Fault | undefined;
}

/** How requests go wrong at a provider that says everything it was told, in what is an error and in what is none. */
export function faultsThatTell(told: string): TellingFaults {
  const headers = { "content-type": "application/json", "x-echo": encodeURIComponent(told) };
  const echo = (status: number, accepted: boolean): Fault => ({
    kind: "answer",
    accepted,
    answer: { status, headers, body: told },
  });
  const common: readonly Fault[] = [
    { kind: "reset", accepted: true },
    { kind: "reset", accepted: false },
    { kind: "cut" },
    { kind: "torn" },
    { kind: "silence", accepted: true },
    echo(200, true),
    echo(400, false),
    echo(429, false),
    echo(500, true),
  ];
  return {
    told,
    everyOf(own) {
      const faults = [...common, ...Object.values(own)];
      let asked = 0;
      return () => {
        asked += 1;
        return asked % 2 === 0 ? faults[(asked / 2) % faults.length] : undefined;
      };
    },
  };
}
