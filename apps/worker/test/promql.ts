import { parser } from "@prometheus-io/lezer-promql";

/** What a query of Prometheus names. */
export interface Named {
  /** Each metric with the labels that select its series. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** Labels that series are grouped and matched by. */
  readonly groupedBy: readonly string[];
  readonly isWellFormed: boolean;
}

/** Reads a query with Prometheus' own grammar; the variables of a dashboard stand for what they become. */
export function namedIn(query: string): Named {
  const text = query.replaceAll("$__rate_interval", "5m");
  const metrics: { name: string; labels: string[] }[] = [];
  const groupedBy: string[] = [];
  let isWellFormed = true;
  let isSelecting = false;
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      const word = text.slice(from, to);
      if (type.isError) isWellFormed = false;
      if (name === "VectorSelector") isSelecting = true;
      if (name === "Identifier" && isSelecting) metrics.push({ name: word, labels: [] });
      if (name === "LabelName" && isSelecting) metrics.at(-1)?.labels.push(word);
      if (name === "LabelName" && !isSelecting) groupedBy.push(word);
    },
    leave({ name }) {
      if (name === "VectorSelector") isSelecting = false;
    },
  });
  return { metrics, groupedBy, isWellFormed };
}
