import { followMore } from "./followed-messages.ts";
import { type Figures, measureInRounds } from "./rounds.ts";
import { startRunning } from "./running.ts";
import { warmed } from "./warm-up.ts";

const OPEN = [1000, 10_000, 100_000, 1_000_000];

/** What the bulk walk of a message costs while others are followed at the same account. */
export async function measureGrowth(url: string, messages: number, rounds: number): Promise<void> {
  const titleOf = (open: number) => `${open.toLocaleString("en")} others open`;
  const measured = OPEN.map((open) => {
    const measure = async (): Promise<Figures> => {
      await using running = await startRunning(url, "asked");
      await followMore(running.redisUrl, open);
      await running.walk(warmed(messages) - messages);
      return await running.walk(messages);
    };
    return [titleOf(open), measure] as const;
  });
  const [million, tenThousand] = [titleOf(1_000_000), titleOf(10_000)];
  await measureInRounds(Object.fromEntries(measured), rounds, [
    ["CPU a message, a million ÷ ten thousand", million, tenThousand, "allUs"],
    ["messages a second, a million ÷ ten thousand", million, tenThousand, "perSecond"],
  ]);
}
