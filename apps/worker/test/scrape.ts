/** What a process told on `/metrics`. */
export interface Scrape {
  readonly text: string;
  /** The names of all metrics, also of those that have no value yet. */
  readonly names: ReadonlySet<string>;
  /** The names of the series, and of their labels. */
  readonly series: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** The sum of the series of this name that have these labels; undefined when there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Asks a process on this machine for its metrics. */
export async function scrape(port: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const series = lines.map((line) => {
    const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return { name, labels: `,${labels},`, value: Number(value) };
  });
  return {
    text,
    series: series.map(({ name, labels }) => ({
      name,
      labels: [...labels.matchAll(/,(\w+)="/g)].map(([, label = ""]) => label),
    })),
    names: new Set([...series.map(({ name }) => name), ...typed(text)]),
    sum(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `,${label}="${value}",`);
      const found = series.filter(
        (one) => one.name === name && wanted.every((part) => one.labels.includes(part)),
      );
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

/** The names that the series of each announced metric have. */
function typed(text: string): string[] {
  const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
    counter: ["_total"],
    histogram: ["_bucket", "_sum", "_count"],
  };
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = "", type = ""]) =>
    (SUFFIXES[type] ?? [""]).map((suffix) => name + suffix),
  );
}
