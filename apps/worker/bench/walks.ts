import { startRedis } from "@hermod/testing/redis";
import { measureHermod } from "./hermod.ts";
import { runScript } from "./scripts.ts";

/** Figures of one thing that is measured, by name. */
type Figures = Readonly<Record<string, number>>;

/** Ratios that the figures are about: title, measured thing and figure, and what it is held against. */
const RATIOS = [
  ["whole walk, bulk ÷ naive worker", "Hermod, bulk", "naive worker", "perSecond"],
  ["whole walk, bulk ÷ bare undici", "Hermod, bulk", "bare undici", "perSecond"],
  ["CPU of Node, bulk ÷ bare undici", "Hermod, bulk", "bare undici", "cpuUs"],
  ["CPU of Node, bulk ÷ naive worker", "Hermod, bulk", "naive worker", "cpuUs"],
  ["whole walk, send() ÷ BullMQ no-op", "Hermod, send()", "BullMQ no-op", "perSecond"],
] as const;

/** Measures whole walks, and beside them, in each round, what they are held against; prints medians and ratios. */
export async function measureWalks(url: string, messages: number, rounds: number): Promise<void> {
  const measured = new Map<string, Figures[]>();
  const note = (title: string, figures: Figures): void => {
    measured.set(title, [...(measured.get(title) ?? []), figures]);
  };
  const own = ["--messages", String(messages)];
  const asking = [...own, "--url", url];
  for (let round = 1; round <= rounds; round += 1) {
    console.log(`round ${round} of ${rounds}`);
    // One after the other in each round, so that whatever else the machine does meets all of them.
    note("bare undici", await runScript("../../../packages/providers/bench/bare-client.ts", asking));
    note("BullMQ no-op", await withRedis((redis) => runScript("./bullmq-noop.ts", [...own, ...redis])));
    note("naive worker", await withRedis((redis) => runScript("./naive-client.ts", [...asking, ...redis])));
    note("Hermod, bulk", await measureHermod(url, { messages, way: "bulk" }));
    note("Hermod, bulk, encrypted", await measureHermod(url, { messages, way: "bulk", encrypted: true }));
    note("Hermod, send()", await measureHermod(url, { messages, way: "single" }));
  }
  const medians = new Map([...measured].map(([title, figures]) => [title, mediansOf(figures)]));
  console.log(`\nmedians of ${rounds} interleaved rounds, ${messages} messages each`);
  console.table(Object.fromEntries(medians));
  const ratios = RATIOS.map(([title, ours, theirs, figure]) => {
    const ratio = (medians.get(ours)?.[figure] ?? Number.NaN) / (medians.get(theirs)?.[figure] ?? Number.NaN);
    return [title, Number(ratio.toFixed(2))];
  });
  console.table(Object.fromEntries(ratios));
}

async function withRedis(work: (args: readonly string[]) => Promise<Figures>): Promise<Figures> {
  await using redis = await startRedis();
  return await work(["--redis", redis.url]);
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
