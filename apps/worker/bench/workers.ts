import { measureHermod } from "./hermod.ts";
import { measureInRounds } from "./rounds.ts";

const COUNTS = [1, 2, 4];

/** The bulk walk by some workers, who share the machine with Redis and the provider. */
export async function measureWorkers(url: string, messages: number, rounds: number): Promise<void> {
  const titleOf = (workers: number) => `${workers} ${workers === 1 ? "worker" : "workers"}`;
  const measured = COUNTS.map(
    (workers) => [titleOf(workers), () => measureHermod(url, { messages, way: "bulk", workers })] as const,
  );
  const ratios = [2, 4].flatMap((workers) => [
    [`${titleOf(workers)} ÷ one, messages a second`, titleOf(workers), titleOf(1), "perSecond"] as const,
    [`${titleOf(workers)} ÷ one, CPU a message`, titleOf(workers), titleOf(1), "allUs"] as const,
  ]);
  await measureInRounds(Object.fromEntries(measured), rounds, ratios);
}
