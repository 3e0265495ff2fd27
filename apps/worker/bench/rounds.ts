/** Figures of one thing that is measured, by name. */
export type Figures = Readonly<Record<string, number>>;

/** What is measured, by title. */
export type Measured = Readonly<Record<string, () => Promise<Figures>>>;

/** Title, the thing that is judged, what it is held against, and the figure. */
export type Ratio = readonly [title: string, ours: string, theirs: string, figure: string];

/**
 * Measures one thing after the other in each round, so that whatever else the machine does meets all of them; prints medians, and
 * ratios of them.
 */
export async function measureInRounds(
  measured: Measured,
  rounds: number,
  ratios: readonly Ratio[],
): Promise<void> {
  const all = new Map<string, Figures[]>(Object.keys(measured).map((title) => [title, []]));
  for (let round = 1; round <= rounds; round += 1) {
    console.log(`round ${round} of ${rounds}`);
    for (const [title, measure] of Object.entries(measured)) all.get(title)?.push(await measure());
  }
  printMedians(all, ratios);
}

function printMedians(measured: ReadonlyMap<string, readonly Figures[]>, ratios: readonly Ratio[]): void {
  const medians = new Map([...measured].map(([title, figures]) => [title, mediansOf(figures)]));
  console.log("\nmedians of interleaved rounds");
  console.table(Object.fromEntries(medians));
  const found = ratios.map(([title, ours, theirs, figure]) => {
    const ratio = (medians.get(ours)?.[figure] ?? Number.NaN) / (medians.get(theirs)?.[figure] ?? Number.NaN);
    return [title, Number(ratio.toFixed(2))];
  });
  console.table(Object.fromEntries(found));
}

function mediansOf(figures: readonly Figures[]): Figures {
  const names = Object.keys(figures[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const sorted = figures.map((one) => one[name] ?? Number.NaN).sort((a, b) => a - b);
      const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
      return [name, Number(median.toPrecision(3))];
    }),
  );
}
