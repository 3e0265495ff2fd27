import type { Explanation, Wait } from "@hermod/client";

/** What happened to a message, in lines for a person. */
export function narrate(explanation: Explanation): string[] {
  const { steps, ongoing, waits, totalMs, acceptedAt, attempts, final } = explanation;
  return [
    `accepted at ${new Date(acceptedAt).toISOString()}`,
    ...steps.map(({ at, what, waits: waited }) => line(at - acceptedAt, what, waited)),
    ...(final ? [] : [line(totalMs, "not over yet", ongoing)]),
    "",
    ...waits.map(({ cause, ms }) => `${seconds(ms)}  ${cause}`),
    `${seconds(totalMs)}  all together`,
    ...(attempts.length === 0 ? [] : [""]),
    ...attempts.map(({ n, account, verdict, reference, providerId }) =>
      [
        `attempt ${n} at ${account}: ${VERDICTS[verdict]}`,
        ...(reference === undefined ? [] : [`reference ${reference}`]),
        ...(providerId === undefined ? [] : [`provider id ${providerId}`]),
      ].join(", "),
    ),
  ];
}

const VERDICTS = { open: "on the wire", maybeSent: "in doubt", accepted: "taken" } as const;

function line(sinceMs: number, what: string, waits: readonly Wait[]): string {
  const waited = waits.map(({ cause, ms }) => `${cause} ${seconds(ms).trim()}`).join(", ");
  return `${seconds(sinceMs)}  ${what}${waited === "" ? "" : `  [${waited}]`}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`.padStart(12);
}
