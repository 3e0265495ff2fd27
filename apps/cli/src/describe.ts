import type { MessageView } from "@hermod/client";

/** A message in lines for a person. */
export function describe(view: MessageView): string[] {
  const { acceptedAt, submittedAt, finalAt, releaseAt, expiresAt } = view.timestamps;
  const facts: [string, string | number | undefined][] = [
    ["id", view.id],
    ["state", `${view.state} (${[view.reason, view.code].filter(Boolean).join(", ")})`],
    ["certainty", view.certainty],
    ["account", view.account],
    ["provider id", view.providerId],
    ["attempts", view.attempts],
    ["priority", view.priority],
    ["producer", view.producer],
    ["parts", view.parts],
    ["cost", view.cost === undefined ? undefined : [view.cost, view.currency ?? ""].join(" ").trim()],
    ["accepted", time(acceptedAt)],
    ["waits until", time(releaseAt)],
    ["submitted", since(submittedAt, acceptedAt)],
    ["final", since(finalAt, acceptedAt)],
    ["expires", view.final ? undefined : time(expiresAt)],
    ...Object.entries(view.details ?? {}),
    ...Object.entries(view.metadata ?? {}),
    ...view.anomalies.map((anomaly): [string, string] => ["anomaly", anomaly]),
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(13)}${value}`]));
}

function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

function since(at: number | undefined, start: number): string | undefined {
  return at === undefined ? undefined : `${time(at)}, ${((at - start) / 1000).toFixed(2)} s after acceptance`;
}
